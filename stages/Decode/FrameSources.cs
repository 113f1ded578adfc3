using Microsoft.Extensions.Logging;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Decode;

/// <summary>Opens whatever a user names.</summary>
public static class FrameSources
{
    /// <summary>Opens a video, a picture, a folder of pictures, or a network stream, which reconnects by itself.</summary>
    /// <param name="location">What the user wrote.</param>
    /// <param name="id">The source's name.</param>
    /// <param name="pool">Where frames get their memory.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of lost connections.</param>
    /// <param name="cancellationToken">Gives up opening.</param>
    /// <exception cref="DecodeException">It does not exist, or cannot be decoded.</exception>
    public static IFrameSource Open(
        string location, string id, PixelPool pool, TimeProvider time, ILogger? logger = null, CancellationToken cancellationToken = default)
    {
        if (StreamAddress.IsAddress(location))
        {
            var address = StreamAddress.Parse(location);
            return ReconnectingSource.Open(
                token => NetworkSource.Open(address, id, new NetworkOptions(), pool, time, token), id, new ReconnectOptions(), time, logger, cancellationToken);
        }

        if (Directory.Exists(location) || (File.Exists(location) && ImageSource.IsImage(location)))
        {
            CheckReadable(location);
            return ImageSource.Open(location, id, pool, time);
        }

        CheckReadable(location);
        return VideoFileSource.Open(location, id, pool, time);
    }

    /// <summary>The name that a source gets from its location: a file's or folder's name without extension.</summary>
    /// <param name="location">What the user wrote.</param>
    public static string NameOf(string location)
    {
        if (StreamAddress.IsAddress(location))
        {
            // Host and path, in characters that a file name may have.
            var address = StreamAddress.Parse(location).Location;
            var text = $"{address.Host}{address.AbsolutePath.TrimEnd('/')}";
            return string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_'));
        }

        var trimmed = Path.TrimEndingDirectorySeparator(location);
        var name = Directory.Exists(trimmed) ? Path.GetFileName(Path.GetFullPath(trimmed)) : Path.GetFileNameWithoutExtension(trimmed);
        return name.Length > 0 ? name : "source";
    }

    /// <summary>The operating system's reasons first: decoders only say that they failed.</summary>
    private static void CheckReadable(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        try
        {
            using var file = File.OpenRead(path);
            if (file.Length == 0)
            {
                throw new DecodeException(DecodeError.Corrupt, $"{path}: is empty (0 bytes).");
            }
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DecodeException(DecodeError.NotFound, $"{path}: there is no such file or folder.", exception);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new DecodeException(DecodeError.PermissionDenied, $"{path}: may not be read: permission denied.", exception);
        }
        catch (IOException exception)
        {
            throw new DecodeException(DecodeError.NotFound, $"{path}: cannot be read: {exception.Message}", exception);
        }
    }
}
