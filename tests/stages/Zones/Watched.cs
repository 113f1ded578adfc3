using System.Text.Json;
using Streaming.Config.Run;
using Streaming.Config.Run.Zones;
using Streaming.Config.Settings;
using Streaming.Config.Zoo;
using Streaming.Model.Structures;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;
using Streaming.Stages.Zones;

namespace Streaming.Stages.Tests.Zones;

/// <summary>A source of 1000x500 pixels and 25 frames a second, whose frames a <see cref="ZoneHook"/> sees.</summary>
internal sealed class Watched
{
    public static readonly ImageSize Size = new(500, 1000);
    public static readonly Category Person = new(1, "person");
    public static readonly Category Car = new(3, "car");
    public static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(40);
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);

    private readonly ZoneHook _hook;

    public Watched(SourceConfig config, TimeSpan? lostAfter = null)
    {
        _hook = new ZoneHook(new SourceInfo("cam", "cam.mp4", Size, new FrameRate(25, 1), null), config, lostAfter);
    }

    /// <summary>The classes of a model, in its order.</summary>
    public static IReadOnlyList<Category> Categories { get; } = [Person, Car];

    /// <summary>All that was told.</summary>
    public List<ObjectEvent> Events { get; } = [];

    /// <summary>All results, with what they tell.</summary>
    public List<FrameResult> Results { get; } = [];

    public long Index { get; set; }

    public int Epoch { get; set; }

    /// <summary>What is added to the times of day.</summary>
    public TimeSpan Later { get; set; }

    public int Remembered => _hook.Remembered;

    public static SourceConfig Config(params IReadOnlyList<ZoneConfig> zones)
    {
        return new SourceConfig { Id = "cam", Input = "cam", Zones = new ValueList<ZoneConfig>(zones) };
    }

    public static SourceConfig Config(LineConfig line)
    {
        return new SourceConfig { Id = "cam", Input = "cam", Lines = new ValueList<LineConfig>([line]) };
    }

    /// <summary>A zone between two columns of pixels, from top to bottom.</summary>
    public static ZoneConfig Zone(string name, double left, double right)
    {
        return new ZoneConfig { Name = name, Shape = Pixels((left, 0), (right, 0), (right, 500), (left, 500)) };
    }

    public static ShapeConfig Pixels(params IReadOnlyList<(double X, double Y)> points)
    {
        return new ShapeConfig(new ValueList<PlanePoint>(points.Select(point => new PlanePoint(point.X, point.Y))), Units.Pixels);
    }

    /// <summary>An object whose box is 20 pixels wide and 40 high, and stands on a point.</summary>
    public static Detection At(double x, double y, long? track = 1, Category? category = null, float score = 0.9f)
    {
        var box = new Box((float)(x - 10), (float)(y - 40), (float)(x + 10), (float)y);
        return new Detection(
            0, category ?? Person, score, box, null, track is { } id ? new TrackInfo(id, TimeSpan.Zero, 1) : null);
    }

    /// <summary>Objects that stand at 250 from the top.</summary>
    public IReadOnlyList<ObjectEvent> See(params IReadOnlyList<double> columns)
    {
        return See([.. columns.Select((x, i) => At(x, 250, i + 1))]);
    }

    public IReadOnlyList<ObjectEvent> See(Detection[] detections, Func<FrameResult, FrameResult>? change = null)
    {
        var pts = Index * Frame;
        var identity = new FrameIdentity("cam", Epoch, Index++, pts, PtsOrigin.Container, Start + Later + pts);
        var result = new FrameResult(identity, Size, detections);
        return See(change?.Invoke(result) ?? result);
    }

    public IReadOnlyList<ObjectEvent> See(FrameResult result)
    {
        result = _hook.Apply(null!, result);
        Results.Add(result);
        Events.AddRange(result.Events);
        return result.Events;
    }

    public void Recall(FrameResult recorded)
    {
        _hook.Recall(recorded);
    }

    /// <summary>A result as a record gives it back.</summary>
    public static FrameResult Recorded(FrameResult result)
    {
        using var line = new JsonLineBuffer();
        using var json = JsonDocument.Parse(line.Format(writer => JsonLines.WriteFrame(writer, "run-1", result)).ToArray());
        return RecordedFrame.Read(json.RootElement, Categories);
    }

    /// <summary>"zone_entered yard 1", and the cause of what has one.</summary>
    public static string Tell(ObjectEvent item)
    {
        string?[] words =
        [
            ObjectEventJson.NameOf(item.Kind), item.Zone ?? item.Line, item.Direction, $"{item.TrackId}",
            item.Kind == ObjectEventKind.OccupancyChanged ? $"{item.Count}" : null, item.Cause,
        ];
        return string.Join(' ', words.Where(word => !string.IsNullOrEmpty(word)));
    }

    /// <summary>All that was told but that objects come and go.</summary>
    public string[] Told => [.. Events.Where(item => item.Zone is not null || item.Line is not null).Select(Tell)];
}
