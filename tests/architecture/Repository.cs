using System.Xml.Linq;

namespace Streaming.Architecture.Tests;

/// <summary>The repository's files, as the tests of this project read them.</summary>
internal static class Repository
{
    /// <summary>The folders that hold the product; each is a project.</summary>
    public static IReadOnlyList<string> Rooms { get; } =
    [
        .. Directory.EnumerateDirectories(Golden.RepositoryRoot())
            .Where(folder => Directory.EnumerateFiles(folder, "*.csproj").Any())
            .Select(folder => Path.GetFileName(folder))
            .Where(room => room != "benchmarks")
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The text of a file.</summary>
    /// <param name="path">Relative to the repository's root.</param>
    public static string Read(string path)
    {
        return File.ReadAllText(Path.Combine(Golden.RepositoryRoot(), path));
    }

    /// <summary>The rooms that a room's project file refers to.</summary>
    public static IEnumerable<string> References(string room)
    {
        var project = Directory.EnumerateFiles(Path.Combine(Golden.RepositoryRoot(), room), "*.csproj").Single();
        return XDocument.Load(project)
            .Descendants("ProjectReference")
            .Select(reference => Path.GetFileName(Path.GetDirectoryName(reference.Attribute("Include")!.Value))!);
    }

    /// <summary>The C# files of a room, by their paths.</summary>
    public static IEnumerable<(string Path, string Text)> Sources(string room)
    {
        return Directory.EnumerateFiles(Path.Combine(Golden.RepositoryRoot(), room), "*.cs", SearchOption.AllDirectories)
            .Select(path => (Path.GetRelativePath(Golden.RepositoryRoot(), path), File.ReadAllText(path)));
    }
}
