using System.Runtime.CompilerServices;

namespace Streaming.Testing;

/// <summary>The folder of reference results (see its README). STREAMING_GOLDEN names another one of the same layout.</summary>
public static class Golden
{
    public static string Folder { get; } = Environment.GetEnvironmentVariable("STREAMING_GOLDEN") is { Length: > 0 } folder
        ? folder
        : Path.Combine(RepositoryRoot(), "tests", "data", "golden");

    /// <summary>The repository's folder: tests run where they were built.</summary>
    public static string RepositoryRoot()
    {
        return Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", ".."));
    }

    /// <summary>The files of the folder that fit a pattern: for finding cases.</summary>
    public static IEnumerable<string> Files(string pattern)
    {
        return Directory.Exists(Folder) ? Directory.EnumerateFiles(Folder, pattern) : [];
    }

    /// <summary>The path of a file of the folder; skips the test by name where the folder lacks it.</summary>
    public static string File(string name)
    {
        var path = Path.Combine(Folder, name);
        Assert.SkipUnless(System.IO.File.Exists(path), $"{name} is not in {Folder}");
        return path;
    }

    private static string ThisFile([CallerFilePath] string path = "")
    {
        return path;
    }
}
