using System.Text.Json;

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
            "run", Path.Combine(Samples, "street.mp4"), "--config", Path.Combine(Samples, "demo.yaml"), "--stride", "8", "--device", "cpu", "--output", _folder.Path);
        Assert.True(code == 0, error);
        var frames = File.ReadLines(_folder.File("street.jsonl")).Select(line => JsonDocument.Parse(line).RootElement).Where(line => line.GetProperty("type").GetString() == "frame").ToArray();
        var sure = frames.SelectMany(frame => frame.GetProperty("detections").EnumerateArray()).Where(item => item.GetProperty("score").GetDouble() > 0.8).ToArray();
        Assert.Equal(["bus", "car", "cyclist", "pedestrian"], sure.Select(item => item.GetProperty("category").GetString()!).Distinct().Order());
        Assert.InRange(sure.Length / (double)frames.Length, 4, 30);
    }

    [Fact]
    public async Task Evaluate_OnNewStreets_IsGood()
    {
        var (code, _, error) = await CommandLine.RunAsync("generate", _folder.Path, "--images", "16", "--seed", "77");
        Assert.True(code == 0, error);
        (code, var output, error) = await CommandLine.RunAsync(
            "evaluate", _folder.File("annotations.json"), "--images", _folder.File("images"), "--config", Path.Combine(Samples, "demo.yaml"), "--device", "cpu", "--json");
        Assert.True(code == 0, error);
        var figures = JsonDocument.Parse(output).RootElement;
        Assert.True(figures.GetProperty("bbox").GetProperty("AP").GetDouble() > 0.55, output);
        Assert.True(figures.GetProperty("segm").GetProperty("AP").GetDouble() > 0.45, output);
    }
}
