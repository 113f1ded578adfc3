using Streaming.Model.Structures;
using Streaming.Pipeline;
using Streaming.Stages.Decode;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Cli.Tests.Running;

/// <summary>
/// A live source without end, and its output: a frame follows when the one before has arrived. So none is ever dropped, and one
/// that does not arrive was lost.
/// </summary>
internal sealed class LoopSource(string id, PixelPool pool) : IFrameSource, IFrameSink
{
    private readonly SemaphoreSlim _arrived = new(1);
    private long _next;
    private long _written;

    /// <summary>Frames that have arrived.</summary>
    public long Written => Volatile.Read(ref _written);

    /// <summary>Frames that arrived at another place than their own.</summary>
    public int OutOfOrder { get; private set; }

    /// <summary>How often the source and the output were closed.</summary>
    public int Disposed { get; private set; }

    public string Target => id;

    public SourceInfo Info { get; } = new(id, "loop", new ImageSize(2, 4), null, null);

    public SourceJob Job => new(id, (_, _) => this, _ => [this.ToOutput()], Config.Run.FullMode.DropOldest);

    public Frame? Read(CancellationToken cancellationToken)
    {
        _arrived.Wait(cancellationToken);
        var (index, pts) = (_next, TimeSpan.FromSeconds(_next++));
        var identity = new FrameIdentity(id, 0, index, pts, PtsOrigin.Container, DateTimeOffset.UnixEpoch);
        return new Frame(identity, pool.Rent(Info.Size));
    }

    public void Write(OutputFrame frame)
    {
        if (frame.Result.Identity.Index != _written || frame.Result.Outcome.Status != FrameStatus.Ok)
        {
            OutOfOrder++;
        }

        Volatile.Write(ref _written, _written + 1);
        _arrived.Release();
    }

    public void Complete(StreamSummary summary)
    {
        // Nothing to finish.
    }

    public void Dispose()
    {
        Disposed++;
    }
}
