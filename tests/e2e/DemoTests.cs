using System.Text.Json;
using Streaming.Model.Structures;

namespace Streaming.EndToEnd.Tests;

/// <summary>The README's first command: the shipped model, on the shipped video and on streets that it has never seen.</summary>
public sealed class DemoTests : IDisposable
{
    private static readonly string Samples = Path.Combine(Golden.RepositoryRoot(), "samples");
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public async Task Run_OnTheSampleVideo_FindsCarsBusesCyclistsAndPedestrians()
    {
        var (code, _, error) = await CommandLine.RunAsync(
            "run", Path.Combine(Samples, "street.mp4"), "--config", Path.Combine(Samples, "demo.yaml"),
            "--stride", "8", "--device", "cpu", "--output", _folder.Path);
        Assert.True(code == 0, error);
        var frames = File.ReadLines(_folder.File("street.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.GetProperty("type").GetString() == "frame")
            .ToArray();
        var sure = frames
            .SelectMany(frame => frame.GetProperty("detections").EnumerateArray())
            .Where(item => item.GetProperty("score").GetDouble() > 0.8)
            .ToArray();
        Assert.Equal(
            ["bus", "car", "cyclist", "pedestrian"],
            sure.Select(item => item.GetProperty("category").GetString()!).Distinct().Order());
        Assert.InRange(sure.Length / (double)frames.Length, 4, 30);
    }

    /// <summary>
    /// benchmarks/bf16.sh has the figures over many frames; single detections sway when two overlapping boxes change places.
    /// </summary>
    [Fact]
    public async Task Run_InBfloat16_FindsNearlyTheSame()
    {
        var exact = await DetectAsync("fp32");
        var narrow = await DetectAsync("bf16");
        Assert.Equal(exact.Length, narrow.Length);
        var (all, close) = (0, 0);
        foreach (var (expected, actual) in exact.Zip(narrow))
        {
            var sure = expected.Where(item => item.Score > 0.1).ToArray();
            all += sure.Length;
            close += sure.Count(item => actual.Any(other =>
                other.Category == item.Category
                && Box.IoU(other.Box, item.Box) > 0.9
                && Math.Abs(other.Score - item.Score) <= 0.02));
        }

        Assert.InRange(all, 50, 1000);
        Assert.True(close >= 0.97 * all, $"{close} of {all}");
    }

    [Fact]
    public async Task Evaluate_OnNewStreets_IsGood()
    {
        var (code, _, error) = await CommandLine.RunAsync("generate", _folder.Path, "--images", "16", "--seed", "77");
        Assert.True(code == 0, error);
        (code, var output, error) = await CommandLine.RunAsync(
            "evaluate", _folder.File("annotations.json"), "--images", _folder.File("images"),
            "--config", Path.Combine(Samples, "demo.yaml"), "--device", "cpu", "--json");
        Assert.True(code == 0, error);
        var figures = JsonDocument.Parse(output).RootElement;
        Assert.True(figures.GetProperty("bbox").GetProperty("AP").GetDouble() > 0.55, output);
        Assert.True(figures.GetProperty("segm").GetProperty("AP").GetDouble() > 0.45, output);
    }

    private async Task<(string Category, double Score, Box Box)[][]> DetectAsync(string precision)
    {
        var folder = _folder.File(precision);
        var (code, _, error) = await CommandLine.RunAsync(
            "run", Path.Combine(Samples, "street.mp4"), "--config", Path.Combine(Samples, "demo.yaml"),
            "--stride", "8", "--device", "cpu", "--precision", precision, "--output", folder);
        Assert.True(code == 0, error);
        var frames = File.ReadLines(Path.Combine(folder, "street.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.GetProperty("type").GetString() == "frame");
        return [.. frames.Select(frame => frame.GetProperty("detections").EnumerateArray().Select(ToDetection).ToArray())];

        static (string Category, double Score, Box Box) ToDetection(JsonElement item)
        {
            var category = item.GetProperty("category").GetString()!;
            return (category, item.GetProperty("score").GetDouble(), ToBox(item.GetProperty("bbox")));
        }

        static Box ToBox(JsonElement xywh)
        {
            var (x, y) = (xywh[0].GetSingle(), xywh[1].GetSingle());
            return new Box(x, y, x + xywh[2].GetSingle(), y + xywh[3].GetSingle());
        }
    }
}
