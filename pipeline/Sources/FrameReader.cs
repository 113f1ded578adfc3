using Microsoft.Extensions.Logging;
using Streaming.Config.Run;
using Streaming.Pipeline.Flow;
using Streaming.Stages.Decode;
using Streaming.Stages.Frames;

namespace Streaming.Pipeline.Sources;

/// <summary>Reads a source's frames, one after the other, and brings them to the gate. Used by the source's own thread.</summary>
/// <param name="source">What is read.</param>
/// <param name="gate">Where frames ask for admission.</param>
/// <param name="owner">Whose frames they are.</param>
/// <param name="ledger">Counts them.</param>
/// <param name="rateCap">Drops what comes too often.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of frames that could not be decoded.</param>
internal sealed class FrameReader(
    IFrameSource source,
    SourceGate gate,
    IFrameOwner owner,
    FrameLedger ledger,
    RateCap rateCap,
    TimeProvider time,
    ILogger logger)
{
    private FrameIdentity? _last;

    /// <summary>Reads a frame and brings it to the gate.</summary>
    /// <returns>False when the source has no more frames.</returns>
    public bool ReadOne(CancellationToken cancellationToken)
    {
        return gate.Mode == FullMode.Wait ? ReadWhenAdmitted(cancellationToken) : ReadAndOffer(cancellationToken);
    }

    /// <summary>First a credit, then a frame: a file is read as fast as its frames are done with.</summary>
    private bool ReadWhenAdmitted(CancellationToken cancellationToken)
    {
        var lease = gate.Take(cancellationToken);
        WorkItem? item;
        try
        {
            item = ReadNext(cancellationToken);
            while (item is not null && !rateCap.LetsPass(item.Frame.Identity))
            {
                Drop(item, DropReason.RateCap);
                item = ReadNext(cancellationToken);
            }
        }
        catch
        {
            lease.Return();
            throw;
        }

        if (item is null)
        {
            lease.Return();
            return false;
        }

        item.Lease = lease;
        gate.Enter(item);
        return true;
    }

    /// <summary>First a frame, then a credit: a camera that is not read falls behind.</summary>
    private bool ReadAndOffer(CancellationToken cancellationToken)
    {
        if (ReadNext(cancellationToken) is not { } item)
        {
            return false;
        }

        if (!rateCap.LetsPass(item.Frame.Identity))
        {
            Drop(item, DropReason.RateCap);
        }
        else if (gate.Offer(item) is { } dropped)
        {
            Drop(dropped, DropReason.QueueFull);
        }

        return true;
    }

    private WorkItem? ReadNext(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        if (source.Read(cancellationToken) is not { } frame)
        {
            return null;
        }

        var identity = frame.Identity;
        if (gate.Mode != FullMode.Wait && _last is { } last)
        {
            var missed = last.Epoch == identity.Epoch ? identity.Index - last.Index - 1 : identity.Index;
            if (missed > 0)
            {
                ledger.Overrun(missed, identity);
            }
        }

        _last = identity;
        ledger.Decoded(identity);
        var item = new WorkItem(frame, owner, time.GetTimestamp(), time.GetElapsedTime(started));
        if (frame.Failure is { } failure)
        {
            item.Fail("decode", failure);
            PipelineLog.FrameFailed(logger, item.ToString(), "decode", failure);
        }

        return item;
    }

    /// <summary>A frame without a lease ends here.</summary>
    private void Drop(WorkItem item, string reason)
    {
        item.Dispose();
        ledger.Ended(FrameOutcome.Dropped(reason));
    }
}
