using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using NJsonSchema;
using Streaming.Config.Run;
using Streaming.Config.Run.Zones;
using Streaming.Config.Settings;
using Streaming.Model.Structures;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;
using Streaming.Stages.Tests.Emit.Segments;
using Streaming.Stages.Tests.Zones;

namespace Streaming.Stages.Tests.Emit;

public sealed class EventsSinkTests : IDisposable
{
    private static readonly StreamSummary Stopped =
        new(StreamEnd.Stopped, null, 0, 0, new Dictionary<string, long>(), new Dictionary<string, long>());

    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public async Task Write_EveryKindOfEvent_FitsTheSchema()
    {
        var path = _folder.File("cam.events.jsonl");
        using (var sink = new EventsSink(path, "run-1", "cam"))
        {
            var watched = Scene();
            Write(sink, watched.Results);
            sink.Write(new SourceEvent(
                SourceEventKind.Disconnected, 1, DateTimeOffset.UnixEpoch, DecodeError.Timeout, "nothing came"));
            sink.Write(new SourceEvent(SourceEventKind.Reconnected, 1, DateTimeOffset.UnixEpoch));
            sink.Write(new SourceEvent(SourceEventKind.ResolutionChanged, 1, DateTimeOffset.UnixEpoch));
            (watched.Epoch, watched.Index) = (1, 0);
            watched.See([]);
            Write(sink, watched.Results[^1..]);
            Write(sink, [watched.Results[^1] with { Events = [Clip] }]);
            sink.Complete(Stopped);
        }

        var text = await File.ReadAllTextAsync(path);
        var lines = text.Split('\n')[..^1];
        var schema = await JsonSchema.FromFileAsync(Path.Combine(Golden.RepositoryRoot(), "docs", "events-1.schema.json"));
        Assert.All(lines, line => Assert.Empty(schema.Validate(line)));
        var events = lines.Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(
            Enum.GetValues<ObjectEventKind>().Select(ObjectEventJson.NameOf).Order(),
            events.Select(item => item.GetProperty("event").GetString()!).Distinct().Order());
        Assert.Distinct(events.Select(item => item.GetProperty("id").GetString()));
        Assert.Equal(
            """{"type":"event","run_id":"run-1","source_id":"cam","id":"cam-1-lost","event":"source_lost","epoch":0"""
            + ""","pts_ns":280000000,"at":"1970-01-01T00:00:00.000000Z","cause":"timeout"}""",
            Assert.Single(lines, line => line.Contains("\"source_lost\",\"epoch\"", StringComparison.Ordinal)));
        Assert.Equal(
            """{"type":"event","run_id":"run-1","source_id":"cam","id":"cam-0-3-1","event":"occupancy_changed","epoch":0"""
            + ""","pts_ns":120000000,"at":"2026-01-05T12:00:00.120000Z","zone":"yard","count":1,"counts":{"person":1}}""",
            lines.First(line => line.Contains("occupancy", StringComparison.Ordinal)));
    }

    [Fact]
    public void Write_EventsThatAnotherOutputHasToldAhead_StandAfterTheFramesThatToldThem()
    {
        const int Count = 1500;
        var watched = Scene();
        var late = new LateEvents();
        for (var index = 0; index < Count; index++)
        {
            late.Frame = index;
            late.Tell(Clip with { Id = $"late-{index}" });
        }

        var path = _folder.File("cam.events.jsonl");
        using (var sink = new EventsSink(path, "run-1", "cam", late: late))
        {
            // The last event is told by the end.
            var identity = watched.Results[0].Identity;
            Write(sink, Enumerable.Range(0, Count - 1).Select(index => watched.Results[0] with
            {
                Identity = identity with { Index = index },
                Events = [Clip with { Id = $"event-{index}" }],
            }));
            sink.Complete(Stopped);
        }

        Assert.Equal(
            Enumerable.Range(0, Count).SelectMany(index => new[] { $"event-{index}", $"late-{index}" })
                .Except([$"event-{Count - 1}"]),
            File.ReadLines(path).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("id").GetString()));
    }

    [Theory]
    [InlineData("\"type\":\"event\"", "\"type\":\"events\"")]
    [InlineData("\"event\":\"zone_left\"", "\"event\":\"zone_lost\"")]
    [InlineData("\"pts_ns\":", "\"pts\":")]
    [InlineData("\"count\":1", "\"count\":\"one\"")]
    public async Task Schema_WrongLine_IsRefused(string right, string wrong)
    {
        // So that the test above can fail.
        var path = _folder.File("cam.events.jsonl");
        using (var sink = new EventsSink(path, "run-1", "cam"))
        {
            Write(sink, Scene().Results);
        }

        var schema = await JsonSchema.FromFileAsync(Path.Combine(Golden.RepositoryRoot(), "docs", "events-1.schema.json"));
        var line = (await File.ReadAllLinesAsync(path)).First(line => line.Contains(right, StringComparison.Ordinal));
        Assert.Empty(schema.Validate(line));
        Assert.NotEmpty(schema.Validate(line.Replace(right, wrong, StringComparison.Ordinal)));
    }

    [Fact]
    public void Schema_OfEvents_IsThatOfFrames()
    {
        string[] own = ["type", "run_id", "source_id"];
        Assert.Equal([.. own, .. Properties("frames-1", "object_event")], Properties("events-1", null));
    }

    [Fact]
    public void Open_FileOfAnEarlierRun_IsReplacedOrAddedToAfterItsLastWholeLine()
    {
        var path = _folder.File("cam.events.jsonl");
        File.WriteAllText(path, "{}\n{\"torn\":");
        using (var sink = new EventsSink(path, "run-2", "cam", isAdded: true))
        {
            sink.Write(new SourceEvent(SourceEventKind.Reconnected, 1, DateTimeOffset.UnixEpoch));
        }

        var lines = File.ReadAllLines(path);
        Assert.Equal((2, "{}"), (lines.Length, lines[0]));
        using (new EventsSink(path, "run-3", "cam"))
        {
            // Nothing happens.
        }

        Assert.Empty(File.ReadAllText(path));
    }

    [Fact]
    public void Segments_CameraThatIsDeadWhenItsHourEnds_TellsThatItIsBackInTheNextOne()
    {
        var start = new DateTimeOffset(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);
        var output = new EventsOutput();
        var values = SettingValues.None.With(OutputSettings.Folder, _folder.Path).With(output.Name, "{source}.events.jsonl");
        var source = new SourceConfig { Id = "cam", Input = "cam", WhenFull = FullMode.DropOldest };
        var store = Recorder.Store(new FakeTimeProvider(start), new SegmentSection { Every = TimeSpan.FromHours(1) });
        var place = new OutputPlace(values, Frames.Run);
        using (var sink = output.Open(new OutputContext(place, Frames.Source("cam", new(2, 3)), source) { Segments = store }))
        {
            Write(sink, Scene().Results);
            sink.Tick(start.AddHours(1));
            sink.Write(new SourceEvent(SourceEventKind.Reconnected, 1, start.AddHours(1.5)));
            sink.Complete(Stopped);
        }

        string[] files = [.. Directory.GetFiles(_folder.Path, "*.jsonl").Order(StringComparer.Ordinal)];
        Assert.Equal(2, files.Length);
        Assert.Contains("zone_left", File.ReadAllText(files[0]), StringComparison.Ordinal);
        Assert.Contains("source_back", Assert.Single(File.ReadAllLines(files[1])), StringComparison.Ordinal);
    }

    private static ObjectEvent Clip { get; } = new(
        "cam-1-0-9", ObjectEventKind.ClipSaved, 1, TimeSpan.Zero, DateTimeOffset.UnixEpoch)
    {
        Clip = "cam/1.mp4",
        Snapshot = "cam/1.jpg",
        Events = ["cam-0-3-0"],
    };

    /// <summary>An object that enters, loiters, crosses a line and leaves.</summary>
    private static Watched Scene()
    {
        var zone = Watched.Zone("yard", 100, 200) with { Loitering = TimeSpan.FromMilliseconds(100) };
        var line = new LineConfig { Name = "door", Shape = Watched.Pixels((220, 0), (220, 500)) };
        var watched = new Watched(Watched.Config(zone) with { Lines = new ValueList<LineConfig>([line]) });
        foreach (var x in new[] { 50, 150, 150, 150, 190, 240, 250, 260 })
        {
            watched.See(x);
        }

        return watched;
    }

    private static void Write(IFrameSink sink, IEnumerable<FrameResult> results)
    {
        foreach (var result in results)
        {
            using var frame = new OutputFrame(result);
            sink.Write(frame);
        }
    }

    private static string[] Properties(string schema, string? definition)
    {
        var text = File.ReadAllText(Path.Combine(Golden.RepositoryRoot(), "docs", $"{schema}.schema.json"));
        using var json = JsonDocument.Parse(text);
        var root = definition is null ? json.RootElement : json.RootElement.GetProperty("definitions").GetProperty(definition);
        return [.. root.GetProperty("properties").EnumerateObject().Select(property => property.Name)];
    }
}
