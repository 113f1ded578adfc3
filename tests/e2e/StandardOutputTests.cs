using System.Text.Json;
using NJsonSchema;
using Streaming.Model.Structures;

namespace Streaming.EndToEnd.Tests;

/// <summary>`streaming run --jsonl -`.</summary>
public sealed class StandardOutputTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public async Task Run_TwoVideos_WritesLinesOnlyAndNoFile()
    {
        var (one, two) = (Clip("one.mp4", 12), Clip("two.mp4", 8));
        using var process = CommandLine.Start([], ["run", one, two, .. Model, "-o", _folder.File("out"), "--jsonl", "-"]);
        var progress = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await progress);
        Assert.Contains("20 frames in ", await progress, StringComparison.Ordinal);

        var schema = await JsonSchema.FromFileAsync(Path.Combine(Golden.RepositoryRoot(), "docs", "frames-1.schema.json"));
        Assert.EndsWith("}\n", output, StringComparison.Ordinal);
        string[] lines = output.Split('\n')[..^1];
        Assert.All(lines, line => Assert.Empty(schema.Validate(line)));
        var sources = lines
            .Select(line => JsonDocument.Parse(line).RootElement)
            .GroupBy(line => line.GetProperty("source_id").GetString());
        Assert.Equal([("one", 14), ("two", 10)], sources.Select(source => (source.Key, source.Count())).Order());
        Assert.False(Directory.Exists(_folder.File("out")));
    }

    [Fact]
    public async Task Run_Resumed_IsWrongUse()
    {
        var (code, _, error) = await CommandLine.RunAsync(["run", Clip("one.mp4", 2), .. Model, "--jsonl", "-", "--resume"]);
        var expected = "error: --resume: needs the JSON lines (output.jsonl): they say how far the earlier run came.\n";
        Assert.Equal((2, expected), (code, error));
    }

    [Fact]
    public async Task Run_AnotherWord_IsWrongUse()
    {
        var (code, _, error) = await CommandLine.RunAsync(["run", Clip("one.mp4", 2), .. Model, "--jsonl", "lines.jsonl"]);
        Assert.Equal((2, "error: --jsonl lines.jsonl is not supported; supported: -.\n"), (code, error));
    }

    private static string[] Model => ["-c", Golden.File("tiny.yaml"), "-w", Golden.File("tiny.pkl")];

    private string Clip(string name, int frames)
    {
        return TestVideos.Write(_folder.File(name), frames, new ImageSize(60, 80));
    }
}
