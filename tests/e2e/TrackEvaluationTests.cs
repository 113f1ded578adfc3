using System.Text.Json;

namespace Streaming.EndToEnd.Tests;

/// <summary>`streaming generate --tracks` and `streaming evaluate --tracks`, as a user calls them.</summary>
public sealed class TrackEvaluationTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public async Task Evaluate_TracksOfADrawnStreet_AreRightOrHaveOneSwitch()
    {
        var (code, output, error) = await CommandLine.RunAsync(
            "generate", _folder.File("street.mp4"), "--frames", "10", "--size", "320x180", "--tracks");
        Assert.True(code == 0, error);
        var truth = _folder.File("street.txt");
        Assert.Contains($"{truth}: ", output, StringComparison.Ordinal);
        var rows = File.ReadAllLines(truth);
        Assert.NotEmpty(rows);

        // The first object gets another id in the middle of its track.
        var id = rows[0].Split(',')[1];
        var results = _folder.File("results.txt", string.Join('\n', rows.Select(row => row.Split(',') is var columns
            && columns[1] == id && int.Parse(columns[0]) > 5 ? $"{columns[0]},9999,{string.Join(',', columns[2..])}" : row)));
        Assert.Equal((1, 0), await CombinedAsync(truth, truth));
        var (ofSwitch, switches) = await CombinedAsync(truth, results);
        Assert.Equal(1, switches);
        Assert.InRange(ofSwitch, 0.5, 0.999);
    }

    [Fact]
    public async Task Evaluate_TwoFolders_GivesEachVideoAndAllTogether()
    {
        _folder.File("truth/a.txt", "1,1,0,0,10,10,1,1,1\n2,1,0,0,10,10,1,1,1\n");
        _folder.File("truth/b.txt", "1,7,5,5,10,10,1,1,1\n");
        _folder.File("results/a.jsonl", Frame(0, 4, "0,0,10,10") + Frame(1, 5, "0,0,10,10"));
        _folder.File("results/b.txt", "1,2,5,5,10,10,0.5\n");
        var (truth, results, report) = (_folder.File("truth"), _folder.File("results"), _folder.File("report.json"));
        var (code, output, error) = await CommandLine.RunAsync(
            "evaluate", "--tracks", truth, results, "--report", report, "--json");
        Assert.True(code == 0, error);
        var figures = JsonDocument.Parse(output).RootElement;
        var sequences = figures.GetProperty("sequences");
        Assert.Equal(["a", "b"], sequences.EnumerateObject().Select(item => item.Name));
        Assert.Equal(0.5, sequences.GetProperty("a").GetProperty("IDF1").GetDouble(), 1e-12);
        Assert.Equal(1, sequences.GetProperty("b").GetProperty("HOTA").GetDouble(), 1e-12);
        Assert.Equal(2.0 / 3, figures.GetProperty("combined").GetProperty("IDF1").GetDouble(), 1e-12);
        Assert.Equal(output.Trim(), File.ReadAllText(report).Trim());
        (code, _, error) = await CommandLine.RunAsync("evaluate", "--tracks", truth, results);
        Assert.True(code == 0, error);
        Assert.Contains("all together", error, StringComparison.Ordinal);

        File.Delete(_folder.File("results/b.txt"));
        (code, _, error) = await CommandLine.RunAsync("evaluate", "--tracks", truth, results);
        Assert.Equal(2, code);
        Assert.Contains(
            $"{results}: holds no b (.txt or .jsonl); each file of {truth} needs one.", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("evaluate: give ANNOTATIONS, or --tracks TRUTH RESULTS.")]
    [InlineData("--report: goes with --tracks.", "truth.json", "--results", "x.json", "--report", "r.json")]
    [InlineData("--images: goes with ANNOTATIONS, not with --tracks.", "--tracks", "a.txt", "b.txt", "--images", "c")]
    [InlineData("and no ANNOTATIONS; given: a.txt.", "--tracks", "a.txt")]
    [InlineData("and no ANNOTATIONS; given: a.txt b.txt c.txt.", "--tracks", "a.txt", "b.txt", "c.txt")]
    [InlineData("and no ANNOTATIONS; given: a.txt b.txt c.json.", "c.json", "--tracks", "a.txt", "b.txt")]
    [InlineData("a.txt: cannot be read: ", "--tracks", "a.txt", "b.txt")]
    public async Task Evaluate_WrongUse_SaysWhat(string expected, params string[] arguments)
    {
        var (code, _, error) = await CommandLine.RunAsync(["evaluate", .. arguments]);
        Assert.Equal(2, code);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_TracksOfADataSet_IsRefused()
    {
        var (code, _, error) = await CommandLine.RunAsync("generate", _folder.File("set"), "--tracks");
        Assert.Equal(2, code);
        Assert.Contains("--tracks: goes with a video (.mp4, .mkv), not with a data set.", error, StringComparison.Ordinal);
    }

    private static async Task<(double Hota, int Switches)> CombinedAsync(string truth, string results)
    {
        var (code, output, error) = await CommandLine.RunAsync("evaluate", "--tracks", truth, results, "--json");
        Assert.True(code == 0, error);
        var figures = JsonDocument.Parse(output).RootElement.GetProperty("combined");
        return (figures.GetProperty("HOTA").GetDouble(), figures.GetProperty("IDSW").GetInt32());
    }

    private static string Frame(int index, int track, string box)
    {
        return $$"""{"type":"frame","frame_index":{{index}},"detections":[{"track_id":{{track}},"bbox":[{{box}}]}]}""" + "\n";
    }
}
