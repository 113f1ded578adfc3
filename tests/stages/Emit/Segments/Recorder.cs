using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Streaming.Config.Run;
using Streaming.Model.Structures;
using Streaming.Stages.Emit;
using Streaming.Stages.Emit.Segments;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Tests.Emit.Segments;

/// <summary>A camera whose JSON lines go into segments of a folder, as a run would write them.</summary>
internal sealed class Recorder(string folder, SegmentStore store, FakeTimeProvider time, string source = "cam", long next = 0)
    : IDisposable
{
    private static readonly ImageSize Size = new(2, 3);

    private SegmentedSink? _sink;

    public string Source => source;

    public SegmentNames Names { get; } = new(folder, "{source}.jsonl", source, "run-1");

    /// <summary>The number of the next frame.</summary>
    public long Next { get; private set; } = next;

    public static StreamSummary Stopped { get; } =
        new(StreamEnd.Stopped, null, 0, 0, new Dictionary<string, long>(), new Dictionary<string, long>());

    public static SegmentStore Store(FakeTimeProvider time, SegmentSection rules, Func<string, long?>? freeSpace = null)
    {
        return new SegmentStore(rules, time, NullLogger.Instance, freeSpace);
    }

    /// <summary>Writes a frame that was taken now.</summary>
    public void Write()
    {
        var identity = new FrameIdentity(source, 0, Next++, TimeSpan.Zero, PtsOrigin.Estimated, time.GetUtcNow());
        using var frame = new OutputFrame(new FrameResult(identity, Size, []));
        Sink().Write(frame);
    }

    public SegmentedSink Sink()
    {
        return _sink ??= store.Open(
            "jsonl",
            Names,
            Path.Combine(folder, $"{source}.jsonl.index"),
            new JsonLinesFormat(),
            part => new JsonLinesSink(OutputPlace.WithFolders(part), Frames.Run, Frames.Source(source, Size), time: time),
            holdsEvents: true);
    }

    /// <summary>Ends the stream; the next frame begins another one.</summary>
    public void Complete()
    {
        Sink().Complete(Stopped);
        Dispose();
    }

    public void Dispose()
    {
        _sink?.Dispose();
        _sink = null;
    }
}
