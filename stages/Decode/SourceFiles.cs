using Streaming.Stages.Frames;

namespace Streaming.Stages.Decode;

/// <summary>What the kinds of sources that are files have in common.</summary>
internal static class SourceFiles
{
    /// <summary>A file's or folder's name without extension.</summary>
    public static string NameOf(string path)
    {
        var trimmed = Path.TrimEndingDirectorySeparator(path);
        var name = Directory.Exists(trimmed)
            ? Path.GetFileName(Path.GetFullPath(trimmed))
            : Path.GetFileNameWithoutExtension(trimmed);
        return name.Length > 0 ? name : "source";
    }

    /// <summary>Asks the operating system first: decoders only say that they failed.</summary>
    /// <exception cref="DecodeException">There is no such file, it is empty, or it may not be read.</exception>
    public static void CheckReadable(string path)
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
            // Perhaps it is a mistyped address.
            throw new DecodeException(
                DecodeError.NotFound, $"{StreamAddress.Show(path)}: there is no such file or folder.", exception);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new DecodeException(DecodeError.PermissionDenied, $"{path}: may not be read: permission denied.", exception);
        }
        catch (IOException exception)
        {
            throw new DecodeException(
                DecodeError.NotFound, $"{StreamAddress.Show(path)}: cannot be read: {exception.Message}", exception);
        }
    }
}
