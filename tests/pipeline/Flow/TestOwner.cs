using Streaming.Pipeline.Flow;
using Streaming.Stages.Frames;

namespace Streaming.Pipeline.Tests.Flow;

/// <summary>A source without a pipeline: frames end where a test ends them.</summary>
internal sealed class TestOwner : IFrameOwner
{
    /// <summary>How frames ended.</summary>
    public List<FrameOutcome> Ended { get; } = [];

    public bool Enter(WorkItem item, Func<WorkItem, bool> graph)
    {
        return graph(item);
    }

    public void Deliver(WorkItem item)
    {
        End(item, item.Outcome);
    }

    public void End(WorkItem item, FrameOutcome outcome)
    {
        item.Dispose();
        Ended.Add(outcome);
        item.Lease?.Return();
    }
}
