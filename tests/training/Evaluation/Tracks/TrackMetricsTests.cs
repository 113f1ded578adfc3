using System.Text.Json;
using Streaming.Training.Evaluation;
using Streaming.Training.Evaluation.Tracks;

namespace Streaming.Training.Tests.Evaluation.Tracks;

/// <summary>HOTA, CLEAR and Identity against TrackEval's figures.</summary>
public sealed class TrackMetricsTests
{
    private const double Tolerance = 1e-9;

    [Fact]
    public void Of_GoldenVideos_GivesTrackEvalsFigures()
    {
        Assert.NotEmpty(GoldenTracks.Videos);
        foreach (var name in GoldenTracks.Videos)
        {
            var video = GoldenTracks.Read(name);
            var summary = TrackSummary.Of(video.Truth, video.Results);
            AssertEqual(video.File, summary, name);
            foreach (var (figure, value) in Numbers(video.File.GetProperty("hota_means")))
            {
                Assert.True(Math.Abs(value - summary[figure]) < Tolerance, $"{name}: {figure}: {summary[figure]}, not {value}");
            }

            Assert.Equal(
                video.File.GetProperty("alphas").EnumerateArray().Select(alpha => alpha.GetDouble()), HotaFigures.Alphas);
        }
    }

    [Fact]
    public void Combine_GoldenVideos_GivesTrackEvalsFigures()
    {
        Assert.NotEmpty(GoldenTracks.Combinations);
        foreach (var name in GoldenTracks.Combinations)
        {
            var file = GoldenJson.Read(GoldenTracks.Folder, name);
            var videos = file.GetProperty("sequences").EnumerateArray()
                .Select(video => GoldenTracks.Videos.Single(other =>
                    GoldenTracks.Read(other).File.GetProperty("name").GetString() == video.GetString()))
                .Select(GoldenTracks.Read)
                .Select(video => TrackSummary.Of(video.Truth, video.Results))
                .ToArray();
            Assert.NotEmpty(videos);
            AssertEqual(file, TrackSummary.Combine(videos), name);
        }
    }

    [Fact]
    public void Of_NothingAndNothing_IsNoError()
    {
        var summary = TrackSummary.Of(new TrackSequence(), new TrackSequence());
        Assert.All(summary.Figures, figure => Assert.True(figure.Value is 0 or 1, $"{figure.Name} is {figure.Value}"));
        Assert.Equal((0, 1), (summary["HOTA"], summary["LocA"]));
    }

    [Fact]
    public void Of_FrameWithoutAnything_InterruptsNoTrackAndCountsAsFrame()
    {
        var (truth, results) = (new TrackSequence(), new TrackSequence());
        foreach (var frame in new[] { 1, 1_000_000_000 })
        {
            truth.TryAdd(frame, new TrackedBox(7, new CocoBox(0, 0, 10, 10)));
            results.TryAdd(frame, new TrackedBox(frame, new CocoBox(0, 0, 10, 10)));
        }

        var summary = TrackSummary.Of(truth, results);
        Assert.Equal((1, 0, 1e9), (summary["IDSW"], summary["Frag"], summary["CLR_Frames"]));
        Assert.Equal((1, 0.5), (summary["DetA"], summary["IDF1"]));
    }

    private static void AssertEqual(JsonElement file, TrackSummary actual, string name)
    {
        var expected = file.GetProperty("expected");
        var perAlpha = actual.Hota.PerAlpha.ToDictionary(figure => figure.Name, figure => figure.Values);
        foreach (var figure in expected.GetProperty("HOTA").EnumerateObject())
        {
            if (figure.Value.ValueKind == JsonValueKind.Array)
            {
                AssertClose([.. figure.Value.EnumerateArray()], perAlpha[figure.Name], $"{name}: {figure.Name}");
            }
            else
            {
                AssertClose([figure.Value], [actual[figure.Name]], $"{name}: {figure.Name}");
            }
        }

        foreach (var (metric, figures) in new[] { ("CLEAR", actual.Clear.Figures), ("Identity", actual.Identity.Figures) })
        {
            var mine = figures.ToDictionary(figure => figure.Name, figure => figure.Value);
            var theirs = expected.GetProperty(metric).EnumerateObject()
                .ToDictionary(figure => figure.Name, figure => figure.Value);
            Assert.Equal(theirs.Keys.Order(StringComparer.Ordinal), mine.Keys.Order(StringComparer.Ordinal));
            foreach (var (figure, value) in theirs)
            {
                AssertClose([value], [mine[figure]], $"{name}: {figure}");
            }
        }
    }

    /// <summary>Counts, which the files write without a decimal point, must be equal.</summary>
    private static void AssertClose(JsonElement[] expected, double[] actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        foreach (var (wanted, got) in expected.Zip(actual))
        {
            var tolerance = wanted.GetRawText().All(char.IsAsciiDigit) ? 0 : Tolerance;
            Assert.True(Math.Abs(wanted.GetDouble() - got) <= tolerance, $"{what}: {got} instead of {wanted}");
        }
    }

    private static IEnumerable<(string Name, double Value)> Numbers(JsonElement figures)
    {
        return figures.EnumerateObject().Select(figure => (figure.Name, figure.Value.GetDouble()));
    }
}
