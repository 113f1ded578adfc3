using System.IO.Compression;
using System.Text.Json;

namespace Streaming.Testing;

/// <summary>Reference results in JSON, plain or packed with gzip.</summary>
public static class GoldenJson
{
    /// <summary>The names of the files of a folder of the golden ones that fit a pattern; fails where there is none.</summary>
    public static IReadOnlyList<string> Names(string folder, string pattern)
    {
        var path = Path.Combine(Golden.Folder, folder);
        string[] names = Directory.Exists(path)
            ? [.. Directory.EnumerateFiles(path, pattern).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)]
            : [];
        Assert.True(names.Length > 0, $"There is no {pattern} in {path}.");
        return names;
    }

    /// <summary>Reads a file.</summary>
    public static JsonElement Read(string folder, string name)
    {
        using var file = File.OpenRead(Path.Combine(Golden.Folder, folder, name));
        using Stream text = name.EndsWith(".gz", StringComparison.Ordinal)
            ? new GZipStream(file, CompressionMode.Decompress)
            : file;
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
