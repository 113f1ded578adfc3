using System.IO.Enumeration;
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

    /// <summary>A folder's files in the order of their names.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="isRecursive">Whether also those of the folders inside; links to folders are not followed: they may lead in a
    /// circle.</param>
    public static IEnumerable<string> InFolder(string folder, bool isRecursive)
    {
        var options = new EnumerationOptions
        {
            RecurseSubdirectories = isRecursive,
            IgnoreInaccessible = false,
            AttributesToSkip = 0,
        };
        return new FileSystemEnumerable<string>(folder, (ref FileSystemEntry entry) => entry.ToSpecifiedFullPath(), options)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory,
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        }.Order(StringComparer.Ordinal);
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
