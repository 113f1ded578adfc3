using System.Text.RegularExpressions;

namespace Streaming.Architecture.Tests;

/// <summary>docs/architecture.md is true, and its walls hold.</summary>
public sealed partial class RoomsTests
{
    [Fact]
    public void Picture_OfRoomsAndArrows_IsWhatTheProjectFilesSay()
    {
        var picture = Between().Match(Repository.Read("docs/architecture.md")).Groups["picture"].Value;
        var drawn = picture.Split('\n')
            .Select(line => line.Split("-->", StringSplitOptions.TrimEntries))
            .SelectMany(rooms => rooms.Zip(rooms.Skip(1), (from, to) => $"{from} --> {to}"));
        var real = Repository.Rooms.SelectMany(room => Repository.References(room).Select(other => $"{room} --> {other}"));
        Assert.Equal(real.Order(StringComparer.Ordinal), drawn.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Projects_ReferToEachOther_WithoutCircle()
    {
        Assert.Empty(Circles.Of(Repository.Rooms.ToDictionary(room => room, room => Repository.References(room).ToHashSet())));
    }

    [Fact]
    public void Namespaces_OfTheProduct_UseEachOtherWithoutCircle()
    {
        var files = Repository.Rooms.SelectMany(Repository.Sources).Select(file => file.Text).ToList();
        var known = files.Select(Declared).Where(name => name.Length > 0).ToHashSet();
        var uses = known.ToDictionary(name => name, _ => new HashSet<string>());
        foreach (var text in files.Where(text => Declared(text).Length > 0))
        {
            uses[Declared(text)].UnionWith(Mentioned().Matches(text)
                .Select(match => Nearest(match.Value, known))
                .Where(name => name.Length > 0 && name != Declared(text)));
        }

        Assert.NotEmpty(uses.Values.SelectMany(others => others));
        Assert.Empty(Circles.Of(uses));
    }

    [Theory]
    [InlineData("TorchSharp", "model", "training")]
    [InlineData("System.Threading.Tasks.Dataflow", "pipeline")]
    [InlineData("Microsoft.AspNetCore", "server")]
    [InlineData("Microsoft.Data.Sqlite", "server")]
    [InlineData("SQLitePCL", "server")]
    [InlineData("OpenCvSharp", "stages", "scenes")]
    [InlineData("Parquet", "stages")]
    [InlineData("System.CommandLine", "cli")]
    [InlineData("Spectre.Console", "cli")]
    [InlineData("YamlDotNet", "config")]
    public void Library_IsUsed_InItsRoomsOnly(string library, params string[] rooms)
    {
        var users = Repository.Rooms.Where(room => Repository.Sources(room)
                .Any(file =>
                    Regex.IsMatch(file.Text, $@"^\s*using (static )?(\w+ = )?{Regex.Escape(library)}\b", RegexOptions.Multiline))
        );
        Assert.Equal(rooms.Order(StringComparer.Ordinal), users);
    }

    /// <summary>The known namespace that a qualified name begins with, or nothing.</summary>
    private static string Nearest(string name, HashSet<string> known)
    {
        while (name.Length > 0 && !known.Contains(name))
        {
            name = name[..Math.Max(name.LastIndexOf('.'), 0)];
        }

        return name;
    }

    private static string Declared(string text)
    {
        return Namespace().Match(text).Groups["name"].Value;
    }

    [GeneratedRegex(@"<!-- rooms -->\s*```mermaid\s*\n[^\n]*\n(?<picture>.*?)```\s*<!-- /rooms -->", RegexOptions.Singleline)]
    private static partial Regex Between();

    [GeneratedRegex(@"^namespace\s+(?<name>[\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    /// <summary>Imports and qualified names alike.</summary>
    [GeneratedRegex(@"\bStreaming(\.\w+)+")]
    private static partial Regex Mentioned();
}
