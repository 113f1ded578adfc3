namespace Streaming.Stages.Track;

/// <summary>How busy a source is, as its tracker sees it: written by the hook, read by any thread.</summary>
internal sealed class TrackActivity
{
    private long _counts;

    /// <summary>Tracks in the newest frame.</summary>
    public int Active => (int)(Volatile.Read(ref _counts) >> 32);

    /// <summary>
    /// Those of them that moved within the last second, and what may become a track: a candidate must be seen again soon, or it
    /// never does.
    /// </summary>
    public int Moving => (int)Volatile.Read(ref _counts);

    /// <summary>Tells both numbers at once.</summary>
    /// <param name="active">Tracks in the newest frame.</param>
    /// <param name="moving">Those of them that move, and candidates.</param>
    public void Report(int active, int moving)
    {
        Volatile.Write(ref _counts, ((long)active << 32) | (uint)moving);
    }
}
