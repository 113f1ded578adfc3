using Streaming.Stages.Frames;

namespace Streaming.Pipeline.Flow;

/// <summary>The source's side of a frame in the graph.</summary>
internal interface IFrameOwner
{
    /// <summary>Takes an admitted frame on its way into the graph.</summary>
    /// <param name="item">The frame.</param>
    /// <param name="graph">Where it goes from here; returns false once the graph takes no more.</param>
    /// <returns>What <paramref name="graph"/> said, or true when the frame goes there later.</returns>
    bool Enter(WorkItem item, Func<WorkItem, bool> graph);

    /// <summary>Takes a frame that has come through the graph, in order.</summary>
    void Deliver(WorkItem item);

    /// <summary>Ends a frame: it is counted and freed, and its lease goes back.</summary>
    void End(WorkItem item, FrameOutcome outcome);
}
