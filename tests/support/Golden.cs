using System.Runtime.CompilerServices;

namespace Streaming.Testing;

/// <summary>The folder of reference results (see its README). STREAMING_GOLDEN names another one of the same layout.</summary>
public static class Golden
{
    public static string Folder { get; } = Environment.GetEnvironmentVariable("STREAMING_GOLDEN") is { Length: > 0 } folder
        ? folder
        : Path.Combine(RepositoryRoot(), "tests", "data", "golden");

    public static string RepositoryRoot([CallerFilePath] string thisFile = "")
    {
        return Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", ".."));
    }

    /// <summary>The path of a file of the folder; skips the test by name where the folder lacks it.</summary>
    public static string File(string name)
    {
        var path = Path.Combine(Folder, name);
        Assert.SkipUnless(System.IO.File.Exists(path), $"{name} is not in {Folder}");
        return path;
    }
}
