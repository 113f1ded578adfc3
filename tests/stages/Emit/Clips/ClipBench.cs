using Microsoft.Extensions.Logging.Abstractions;
using Streaming.Config.Run;
using Streaming.Config.Settings;
using Streaming.Config.Zoo;
using Streaming.Model.Structures;
using Streaming.Stages.Emit;
using Streaming.Stages.Emit.Clips;
using Streaming.Stages.Emit.Kept;
using Streaming.Stages.Emit.Snapshots;
using Streaming.Stages.Frames;
using Streaming.Stages.Packets;

namespace Streaming.Stages.Tests.Emit.Clips;

/// <summary>An output folder, and what outputs of events are given to work with.</summary>
internal sealed class ClipBench : IDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    private readonly TempFolder _folder = new();

    public string Folder => _folder.File("out");

    /// <summary>The whole clips and pictures, oldest first.</summary>
    public string[] Files(string kind, string pattern = "*")
    {
        var folder = Path.Combine(Folder, kind, "cam");
        return Directory.Exists(folder)
            ? [.. Directory.GetFiles(folder, pattern).Order(StringComparer.Ordinal)] : [];
    }

    public string File(string name)
    {
        return _folder.File(name);
    }

    public OutputContext Context(
        SourceInfo? source = null, bool isLive = true, PacketRing? packets = null, string output = "", KeptFiles? kept = null)
    {
        var wanted = new SourceConfig
        {
            Id = "cam",
            Input = "x",
            WhenFull = isLive ? FullMode.DropOldest : FullMode.Wait,
        };
        source ??= new SourceInfo("cam", "rtsp://camera", new ImageSize(120, 160), new FrameRate(25, 1), null)
        {
            Codec = "video/x-h264",
        };
        return new OutputContext(new OutputPlace(Values(output), Frames.Run), source, wanted)
        {
            Packets = packets,
            Kept = kept ?? new KeptFiles(KeepRules.All, TimeProvider.System, NullLogger.Instance),
        };
    }

    /// <summary>An event of a frame; its object is there, too.</summary>
    public static ObjectEvent Event(double seconds, int number = 0, int epoch = 0, Box? box = null, long track = 1)
    {
        var (pts, index) = (TimeSpan.FromSeconds(seconds), (int)Math.Round(seconds * 25));
        return new ObjectEvent($"cam-{epoch}-{index}-{number}", ObjectEventKind.ZoneEntered, epoch, pts, Start + pts)
        {
            TrackId = track,
            Subject = new EventSubject(new Category(1, "person"), 0.9f, box ?? new Box(10, 10, 30, 40)),
        };
    }

    /// <summary>A frame without pixels.</summary>
    public static OutputFrame Frame(double seconds, params ObjectEvent[] events)
    {
        return Frame(seconds, 0, events);
    }

    public static OutputFrame Frame(double seconds, int epoch, params ObjectEvent[] events)
    {
        var pts = TimeSpan.FromSeconds(seconds);
        var identity = new FrameIdentity(
            "cam", epoch, (long)Math.Round(seconds * 25), pts, PtsOrigin.Container, Start + pts);
        return new OutputFrame(new FrameResult(identity, new ImageSize(120, 160), []) { Events = events });
    }

    public void Dispose()
    {
        _folder.Dispose();
    }

    private SettingValues Values(string output)
    {
        Setting[] settings = [.. new ClipsOutput().Settings, .. new SnapshotsOutput().Settings];
        var text = $"sources: [{{ input: x }}]\noutput: {{ folder: '{Folder}', clips: true, snapshots: true, {output} }}";
        var request = new RunFile(RunSettings.Table(settings), _ => null).Parse(text, "run.yaml");
        Assert.Empty(request.Errors);
        return request.Values;
    }
}
