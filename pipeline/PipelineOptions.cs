namespace Streaming.Pipeline;

/// <summary>How frames flow.</summary>
public sealed record PipelineOptions
{
    /// <summary>Most frames in a batch.</summary>
    /// <value>1 or more; the default is 1, which suits a CPU.</value>
    public int BatchSize { get; init; } = 1;

    /// <summary>How long a frame waits for others to fill its batch while a device has nothing to do.</summary>
    /// <value>0 or more; the default is 50 ms.</value>
    public TimeSpan MaxBatchDelay { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Frames that a source may have in the pipeline at once.</summary>
    /// <value>At least the batch size; the default is 4.</value>
    public int MaxInFlight { get; init; } = 4;

    /// <summary>The same for sources that do not wait: with many cameras each one's frames wait behind all others'.</summary>
    /// <value>1 or more; null, the default, takes <see cref="MaxInFlight"/>.</value>
    public int? MaxInFlightLive { get; init; }

    /// <summary>Sources that the pipeline may have at once.</summary>
    /// <value>1 or more; the default is 256.</value>
    public int MaxSources { get; init; } = 256;

    /// <summary>Threads of the stages that run on the CPU beside the network (preprocess, postprocess).</summary>
    /// <value>1 or more; the default is the number of cores.</value>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Work of the network or of an output that takes longer than this counts as hung.</summary>
    /// <value>Above 0; the default is two minutes.</value>
    public TimeSpan HangLimit { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Throws when a value is out of its range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Says which, and what is allowed.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxBatchDelay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxInFlight, BatchSize);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxInFlightLive ?? 1, 1, nameof(MaxInFlightLive));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxInFlightLive ?? 1, MaxInFlight, nameof(MaxInFlightLive));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxSources, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Workers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(HangLimit, TimeSpan.Zero);
    }
}
