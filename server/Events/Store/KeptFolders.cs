namespace Streaming.Server.Events.Store;

/// <summary>The folders in the output folder that hold what belongs to events: pictures and clips.</summary>
internal static class KeptFolders
{
    /// <summary>Stands before the extension of a file that is not whole.</summary>
    private const string Part = ".part";

    private static readonly string[] Names = ["snapshots", "clips"];
    private static readonly string[] Extensions = [".jpg", ".mp4"];

    /// <summary>Whether a name is that of one of them.</summary>
    public static bool Contains(ReadOnlySpan<char> name)
    {
        foreach (var known in Names)
        {
            if (name.SequenceEqual(known))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// A whole picture or clip; null when the path leads to anything else. No link is followed, and nothing that waits for a
    /// reader, as a pipe does, is touched: it has no length.
    /// </summary>
    /// <param name="folder">The output folder.</param>
    /// <param name="path">A path in it, with slashes.</param>
    public static FileInfo? Find(string folder, string path)
    {
        try
        {
            return FindChecked(folder, path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A name that is too long, for example.
            return null;
        }
    }

    private static FileInfo? FindChecked(string folder, string path)
    {
        var parts = path.Split('/');
        if (!Contains(parts[0]) || parts.Any(part => part.Length == 0 || part[0] == '.' || part.Contains('\0'))
            || !Extensions.Any(extension => IsWhole(parts[^1], extension)))
        {
            return null;
        }

        // The two folders may be links, to a larger disk for example: the owner has made them.
        var at = Path.Combine(folder, parts[0]);
        foreach (var part in parts.Skip(1))
        {
            at = Path.Combine(at, part);
            if (new FileInfo(at).LinkTarget is not null)
            {
                return null;
            }
        }

        return new FileInfo(at) is { Exists: true, Length: > 0 } file ? file : null;
    }

    private static bool IsWhole(string name, string extension)
    {
        return name.EndsWith(extension, StringComparison.Ordinal)
            && !name.EndsWith(Part + extension, StringComparison.Ordinal);
    }
}
