using System.Text.Json.Nodes;
using Streaming.Config.Run;
using Streaming.Config.Zoo;
using Streaming.Stages.Emit;
using Streaming.Stages.Tests.Zones;

namespace Streaming.Stages.Tests.Emit;

public sealed class RecordedSettingsTests : IDisposable
{
    private static readonly RunInfo Run = Frames.Run with { ConfigSha256 = new string('c', 64) };
    private static readonly SourceConfig Source = new() { Id = "cam", Input = "cam.mp4", WhenFull = FullMode.Wait };

    /// <summary>What an earlier run had, by the name that a difference tells.</summary>
    private static readonly Dictionary<string, (RunInfo Run, SourceConfig Source)> Settings = new()
    {
        ["another configuration"] = (Run with { ConfigSha256 = new string('d', 64) }, Source),
        ["another checkpoint"] = (Run with { WeightsSha256 = new string('b', 64) }, Source),
        ["other weights"] = (Run with { WeightsSha256 = null, Weights = "synthetic:2" }, Source),
        ["other classes"] = (Run with { Categories = [new Category(1, "people")] }, Source),
        ["precision fp32"] = (Run with { Precision = "bf16" }, Source),
        ["exact false"] = (Run with { IsExact = true }, Source),
        ["winograd false"] = (Run with { IsWinograd = true }, Source),
        ["no max_fps"] = (Run, Source with { MaxFps = 2 }),
        ["start_s 0"] = (Run, Source with { Start = TimeSpan.FromSeconds(1) }),
        ["no end_s"] = (Run, Source with { End = TimeSpan.FromSeconds(1) }),
        ["stride 1"] = (Run, Source with { Stride = 2 }),
        ["track none"] = (Run, Source with { Tracking = new TrackingSection() }),
        ["other classes of the source"] = (Run, Source with { Filter = new() { Classes = new(["car"]) } }),
        ["score 0"] = (Run, Source with { Filter = new() { Score = 0.5 } }),
        ["other class_scores"] = (Run, Source with { Filter = new() { ClassScores = new([new("car", 0.5)]) } }),
        ["other ignore"] = (Run, Source with { Ignore = new([new(Watched.Pixels((0, 0), (1, 0), (0, 1)))]) }),
        ["other zones"] = (Run, Source with { Zones = new([Watched.Zone("yard", 0, 1)]) }),
        ["other lines"] = (Run, Source with { Lines = new([new() { Name = "a", Shape = Watched.Pixels((0, 0), (1, 0)) }]) }),
        ["gate false"] = (Run, Source with { Gate = GateSection.Usual with { IsOn = true } }),
        ["input cam.mp4"] = (Run, Source with { Input = "door.mp4" }),
    };

    private readonly TempFolder _folder = new();

    public static TheoryData<string> Others => [.. Settings.Keys];

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void Differences_OtherSetting_SaysWhatTheEarlierRunHad(string expected)
    {
        var (run, source) = Settings[expected];
        var difference = Assert.Single(Record().Differences(run, source));
        Assert.Equal(expected.Replace(" of the source", "", StringComparison.Ordinal), difference.Before);
    }

    [Theory]
    [InlineData(nameof(TrackerKind.ByteTrack), "match_thresh 0.9")]
    [InlineData(nameof(TrackerKind.OcSort), "asso_func iou")]
    public void Differences_OtherParameterOfTheTracker_SaysWhatTheEarlierRunHad(string kind, string expected)
    {
        var tracked = Source with { Tracking = new TrackingSection { Kind = Enum.Parse<TrackerKind>(kind) } };
        var changed = tracked.Tracking with { MatchThresh = 0.8, AssoFunc = BoxMeasure.GIoU };
        var path = _folder.File("tracked.jsonl");
        using (new JsonLinesSink(path, Run, Frames.Source("cam", new(2, 3)), wanted: tracked))
        {
            // The first line is enough.
        }

        // Parameters of other trackers do not count.
        var record = RecordedStream.Find(path)!;
        Assert.Equal(
            expected, Assert.Single(record.Differences(Run, tracked with { Tracking = changed })).Before);
        Assert.Empty(record.Differences(Run, tracked));
    }

    [Fact]
    public void Differences_SameContentUnderOtherNames_AreNone()
    {
        var run = Run with { RunId = "other", StartedAt = DateTimeOffset.MaxValue, Config = "other.yaml", Weights = "other.pkl" };
        Assert.Empty(Record().Differences(run, Source with { Input = Path.GetFullPath("cam.mp4"), Id = "another" }));
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void Differences_RecordOfAnOlderVersion_ComparesWhatItHolds(string setting)
    {
        var (run, source) = Settings[setting];
        var record = Record(header =>
        {
            header.Remove("settings");
            header["model"]!.AsObject().Remove("config_sha256");
        });
        string[] known = ["another checkpoint", "other weights", "other classes", "precision fp32", "input cam.mp4"];
        Assert.Equal(
            known.Where(name => name == setting), record.Differences(run, source).Select(difference => difference.Before));
    }

    private RecordedStream Record(Action<JsonObject>? change = null)
    {
        var path = _folder.File("cam.jsonl");
        using (new JsonLinesSink(path, Run, Frames.Source("cam", new(2, 3)), wanted: Source))
        {
            // The first line is enough.
        }

        var header = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change?.Invoke(header);
        File.WriteAllText(path, $"{header.ToJsonString()}\n");
        return RecordedStream.Find(path)!;
    }
}
