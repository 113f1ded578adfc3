using System.IO.Enumeration;
using Streaming.Stages.Emit;

namespace Streaming.Server.Events.Store;

/// <summary>A file of JSON lines in the output folder, whole or being written; what is in it is not known yet.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="State">What the operating system says about it.</param>
internal sealed record EventFile(string Path, FileState State)
{
    private const string Extension = ".jsonl";

    /// <summary>Templates of names have no more folders than that.</summary>
    private const int MaxDepth = 16;

    /// <summary>The name of a file says that it holds events; of others the first line does.</summary>
    private const string Mark = ".events";

    private static readonly EnumerationOptions Everywhere = new()
    {
        RecurseSubdirectories = true,
        MaxRecursionDepth = MaxDepth,
        IgnoreInaccessible = true,
        // A link to a folder above would never end.
        AttributesToSkip = FileAttributes.ReparsePoint,
    };

    /// <summary>Whether its name says that it holds events.</summary>
    public bool IsNamedSo => System.IO.Path.GetFileName(Path.AsSpan()).Contains(Mark, StringComparison.Ordinal);

    /// <summary>
    /// All files of lines below a folder; none where there is no folder. A file that has two names is found once. The many files
    /// of snapshots and clips are not looked through.
    /// </summary>
    /// <param name="folder">The output folder.</param>
    public static IReadOnlyList<EventFile> Find(string folder)
    {
        try
        {
            var paths = new FileSystemEnumerable<string>(folder, (ref entry) => entry.ToFullPath(), Everywhere)
            {
                ShouldIncludePredicate = (ref entry) => !entry.IsDirectory && IsWanted(entry.FileName),
                ShouldRecursePredicate = (ref entry) => !IsHidden(entry.FileName) && !IsOfPictures(entry),
            };
            return
            [
                .. paths.Select(path => (Path: path, State: FileState.Of(path)))
                    .Where(file => file.State is not null)
                    .Select(file => new EventFile(file.Path, file.State!.Value))
                    .DistinctBy(file => (file.State.Device, file.State.Inode)),
            ];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    private static bool IsWanted(ReadOnlySpan<char> name)
    {
        return name.EndsWith(Extension, StringComparison.Ordinal) && !IsHidden(name);
    }

    private static bool IsHidden(ReadOnlySpan<char> name)
    {
        return name.StartsWith('.');
    }

    private static bool IsOfPictures(in FileSystemEntry entry)
    {
        return entry.Directory.Length == entry.RootDirectory.Length && KeptFolders.Contains(entry.FileName);
    }
}
