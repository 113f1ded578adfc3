namespace Streaming.Pipeline.Flow;

/// <summary>
/// What a frame holds while it is in flight: a credit of its source and, where the newest frame counts, a place in the graph's
/// window. It is given back in three steps; each happens once, whatever is called twice.
/// </summary>
/// <param name="gate">The source's gate.</param>
/// <param name="isWindowed">Whether it holds a place in the window.</param>
internal sealed class Lease(SourceGate gate, bool isWindowed)
{
    /// <summary>The source's gate.</summary>
    public SourceGate Gate { get; } = gate;

    /// <summary>Whether the frame counts as one before the network; guarded by the admission's lock.</summary>
    internal bool IsBeforeNetwork { get; set; } = isWindowed;

    /// <summary>Whether the frame counts as one in the graph; guarded by the admission's lock.</summary>
    internal bool IsInGraph { get; set; } = isWindowed;

    /// <summary>Whether the credit is still held; guarded by the admission's lock.</summary>
    internal bool IsHeld { get; set; } = true;

    /// <summary>The network is done with the frame, or never sees it.</summary>
    public void LeaveNetwork()
    {
        Gate.Admission.LeaveNetwork(this);
    }

    /// <summary>The frame has come through the stages that all sources share.</summary>
    public void LeaveGraph()
    {
        Gate.Admission.LeaveGraph(this);
    }

    /// <summary>The frame has ended: all that it still holds goes back.</summary>
    public void Return()
    {
        Gate.Admission.Return(this);
    }
}
