using Streaming.Config.Run;
using Streaming.Stages.Street;

namespace Streaming.Stages.Decode;

/// <summary>Opens whatever a user names.</summary>
public static class FrameSources
{
    /// <summary>Most time that a decoder of a file may take for a frame; a disk that sleeps takes seconds to wake up.</summary>
    private static readonly TimeSpan FileTimeout = TimeSpan.FromSeconds(60);

    /// <summary>How much longer than its own time limits a live source is waited for before it is given up.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>Whether frames come in their own time, so that waiting for them to be done would let them pile up.</summary>
    /// <param name="location">What the user wrote.</param>
    public static bool IsLive(string location)
    {
        return StreamAddress.IsAddress(location) || CameraSource.IsCamera(location) || SyntheticSource.IsLive(location);
    }

    /// <summary>Opens a source on a thread of its own; a live one reconnects by itself.</summary>
    /// <param name="config">What the user wants.</param>
    /// <param name="context">Name, memory, clock and who is told what happens.</param>
    /// <param name="firstIndex">Files: frames with a smaller number are passed over.</param>
    /// <param name="cancellationToken">Gives up opening.</param>
    /// <exception cref="DecodeException">It does not exist, or cannot be decoded.</exception>
    public static IFrameSource Open(SourceConfig config, SourceContext context, long firstIndex = 0, CancellationToken cancellationToken = default)
    {
        var (openTimeout, readTimeout) = TimeoutsOf(config);
        Func<CancellationToken, IFrameSource> open = token => WatchedSource.Open(
            inner => OpenUnwatched(config, context, firstIndex, inner), config.Id, openTimeout, readTimeout, context.Time, token);
        return SyntheticSource.IsSynthetic(config.Input) ? OpenUnwatched(config, context, firstIndex, cancellationToken)
            : IsLive(config.Input) ? ReconnectingSource.Open(open, new ReconnectOptions(), context, cancellationToken)
            : open(cancellationToken);
    }

    /// <summary>Opens a source once, without reconnecting: to find out about it.</summary>
    /// <param name="config">What the user wants.</param>
    /// <param name="context">Name, memory and clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DecodeException">It does not exist, or cannot be decoded.</exception>
    public static IFrameSource Probe(SourceConfig config, SourceContext context, CancellationToken cancellationToken)
    {
        var (openTimeout, readTimeout) = TimeoutsOf(config);
        return WatchedSource.Open(token => OpenUnwatched(config, context, 0, token), config.Id, openTimeout, readTimeout, context.Time, cancellationToken);
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

        if (StreetSource.IsStreet(location))
        {
            return $"street-{StreetAddress.Parse(location).Seed}";
        }

        if (SyntheticSource.IsSynthetic(location) || CameraSource.IsCamera(location))
        {
            return location.StartsWith('/') ? Path.GetFileName(location) : location.Split('*')[0].Replace(':', '-').Replace('@', '-').ToLowerInvariant();
        }

        var trimmed = Path.TrimEndingDirectorySeparator(location);
        var name = Directory.Exists(trimmed) ? Path.GetFileName(Path.GetFullPath(trimmed)) : Path.GetFileNameWithoutExtension(trimmed);
        return name.Length > 0 ? name : "source";
    }

    private static (TimeSpan Open, TimeSpan Read) TimeoutsOf(SourceConfig config)
    {
        return IsLive(config.Input) ? (config.OpenTimeout + Grace, config.ReadTimeout + Grace) : (FileTimeout, FileTimeout);
    }

    private static IFrameSource OpenUnwatched(SourceConfig config, SourceContext context, long firstIndex, CancellationToken cancellationToken)
    {
        if (StreamAddress.IsAddress(config.Input))
        {
            var options = new NetworkOptions { OpenTimeout = config.OpenTimeout, ReadTimeout = config.ReadTimeout, Transport = config.Transport, Trust = config.Trust };
            return NetworkSource.Open(StreamAddress.Parse(config.Input).With(config.User, config.Password), options, context, cancellationToken);
        }

        return CameraSource.IsCamera(config.Input) ? CameraSource.Open(config.Input, context)
            : StreetSource.IsStreet(config.Input) ? StreetSource.Open(config.Input, context)
            : SyntheticSource.IsSynthetic(config.Input) ? SyntheticSource.Open(config.Input, context)
            : OpenFile(config, context, firstIndex);
    }

    private static IFrameSource OpenFile(SourceConfig config, SourceContext context, long firstIndex)
    {
        CheckReadable(config.Input);
        return Directory.Exists(config.Input) || ImageSource.IsImage(config.Input)
            ? ImageSource.Open(config.Input, context.Id, context.Pool, context.Time, firstIndex)
            : VideoFileSource.Open(
                config.Input,
                context.Id,
                context.Pool,
                context.Time,
                new VideoRange { Start = config.Start, End = config.End, Stride = config.Stride, FirstIndex = firstIndex });
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
