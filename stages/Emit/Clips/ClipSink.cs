using Streaming.Stages.Frames;
using Streaming.Stages.Packets;

namespace Streaming.Stages.Emit.Clips;

/// <summary>Records clips of one source's events.</summary>
/// <param name="rules">Of which ones.</param>
/// <param name="context">The source.</param>
/// <param name="ring">The source's packets.</param>
/// <param name="feed">Fills the ring; null when the source does. This owns it.</param>
internal sealed class ClipSink(ClipRules rules, OutputContext context, PacketRing ring, IPacketFeed? feed) : IFrameSink
{
    private readonly ClipRecorder _recorder = new(rules, ring, context);

    /// <inheritdoc/>
    public string Target { get; } =
        Path.Combine(context.Place.Folder, ClipsOutput.NamesOf(context.Source.Id, context.IsLive).Folder);

    /// <inheritdoc/>
    public void Write(OutputFrame frame)
    {
        // Whole clips are told by the frame with which they became so.
        context.LateEvents.Frame = context.IsLive ? null : frame.Result.Identity.Index;
        feed?.Advance(frame);
        _recorder.Take(frame.Result);
        context.Kept.TidySometimes();
    }

    /// <inheritdoc/>
    public void Write(SourceEvent sourceEvent)
    {
        if (sourceEvent.Kind == SourceEventKind.Disconnected)
        {
            Flush();
            _recorder.EndEpochs(sourceEvent.Epoch);
        }
    }

    /// <inheritdoc/>
    public void Tick(DateTimeOffset now)
    {
        _recorder.Tick(now, Flush);
        context.Kept.TidySometimes();
    }

    /// <inheritdoc/>
    public void Complete(StreamSummary summary)
    {
        Flush();
        _recorder.Complete();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _recorder.Dispose();
        feed?.Dispose();
    }

    private void Flush()
    {
        if (_recorder.End is { } end)
        {
            feed?.Flush(end);
        }
    }
}
