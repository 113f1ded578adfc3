using Streaming.Stages.Frames;

namespace Streaming.Stages.Decode;

/// <summary>Opens whatever a user names.</summary>
public static class FrameSources
{
    /// <summary>Opens a video, a picture or a folder of pictures.</summary>
    /// <param name="location">What the user wrote.</param>
    /// <param name="id">The source's name.</param>
    /// <param name="pool">Where frames get their memory.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="DecodeException">It does not exist, or cannot be decoded.</exception>
    public static IFrameSource Open(string location, string id, PixelPool pool, TimeProvider time)
    {
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
