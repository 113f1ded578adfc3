using System.Threading.Tasks.Dataflow;
using Microsoft.Extensions.Logging;
using Streaming.Pipeline.Flow;
using Streaming.Stages.Frames;
using Streaming.Stages.Hooks;

namespace Streaming.Pipeline.Hooks;

/// <summary>Stands before the network: asks a source's gate about each of its admitted frames, in order.</summary>
internal sealed class GateBlock : IAsyncDisposable
{
    private readonly IInferenceGate _gate;
    private readonly ILogger _logger;
    private readonly ActionBlock<(WorkItem Item, Func<WorkItem, bool> Next)> _block;

    /// <param name="gate">The source's gate.</param>
    /// <param name="logger">Told of its failures.</param>
    public GateBlock(IInferenceGate gate, ILogger logger)
    {
        (_gate, _logger) = (gate, logger);
        // The source's credits bound it.
        _block = new(Ask);
    }

    /// <summary>Takes a frame; never blocks.</summary>
    /// <param name="item">The frame.</param>
    /// <param name="next">Where it goes from here; returns false once nothing more is taken there.</param>
    public bool Post(WorkItem item, Func<WorkItem, bool> next)
    {
        return _block.Post((item, next));
    }

    /// <summary>Waits for the frames that it holds: after an abort nobody else does.</summary>
    public async ValueTask DisposeAsync()
    {
        _block.Complete();
        await _block.Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _gate.Dispose();
    }

    private void Ask((WorkItem Item, Func<WorkItem, bool> Next) message)
    {
        var (item, next) = message;
        try
        {
            item.IsGated = !_gate.Wants(item.Frame);
        }
        catch (Exception exception)
        {
            item.Fail("gate", exception.Message);
            PipelineLog.FrameFailed(_logger, item.ToString(), "gate", exception.Message);
        }

        if (item.IsGated)
        {
            item.Lease?.LeaveNetwork();
        }

        if (!next(item))
        {
            item.Owner.End(item, FrameOutcome.Dropped(DropReason.Aborted));
        }
    }
}
