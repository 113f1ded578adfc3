using Streaming.Config.Run;

namespace Streaming.Pipeline.Flow;

/// <summary>
/// Where a source's frames ask for admission. Its state belongs to <see cref="Admission"/> and is guarded by its lock.
/// </summary>
/// <param name="admission">Who decides.</param>
/// <param name="credits">How many frames of the source may be in flight.</param>
/// <param name="mode">What happens to a frame when none of them is free.</param>
internal sealed class SourceGate(Admission admission, int credits, FullMode mode)
{
    public Admission Admission { get; } = admission;

    public int Credits { get; } = credits;

    public FullMode Mode { get; } = mode;

    /// <summary>Where the newest frame counts, a frame needs a place in the graph's window besides its credit.</summary>
    public bool IsWindowed => Mode == FullMode.DropOldest;

    internal int Taken { get; set; }

    /// <summary>The newest frame that waits to be admitted.</summary>
    internal WorkItem? Waiting { get; set; }

    /// <summary>Whether the source stands in line for a place in the window.</summary>
    internal bool IsInLine { get; set; }

    /// <summary>Who waits for a credit before reading a frame.</summary>
    internal TaskCompletionSource<Lease>? Taker { get; set; }

    internal bool IsClosed { get; set; }

    internal TaskCompletionSource Drained { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Takes a credit for a frame that is yet to be read, or waits until one is free. One caller at a time.</summary>
    /// <exception cref="OperationCanceledException">The wait was canceled.</exception>
    public Lease Take(CancellationToken cancellationToken)
    {
        return Admission.Take(this, cancellationToken);
    }

    /// <summary>Lets a frame enter for which a credit has been taken.</summary>
    public void Enter(WorkItem item)
    {
        Admission.Enter(item);
    }

    /// <summary>
    /// A frame of a source that cannot wait: it enters, or waits in place of an older frame, or is not taken at all.
    /// </summary>
    /// <returns>The frame to drop for it, or it itself, or null.</returns>
    public WorkItem? Offer(WorkItem item)
    {
        return Admission.Offer(this, item);
    }

    /// <summary>No frame will be offered any more: ends when no frame of the source is in flight or waits.</summary>
    public Task DrainAsync()
    {
        return Admission.DrainAsync(this);
    }
}
