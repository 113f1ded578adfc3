using Streaming.Stages.Frames;

namespace Streaming.Stages.Decode;

/// <summary>
/// How long a lost source is left alone. Pauses double from one failure to the next, with some jitter, so that cameras that were
/// lost together do not come back together. They start anew only after the source has been good for as long as the longest pause:
/// one that fails right after its first frame is no better than one that does not open.
/// </summary>
/// <param name="options">The pauses.</param>
/// <param name="time">The clock.</param>
internal sealed class Backoff(ReconnectOptions options, TimeProvider time)
{
    /// <summary>Pauses are up to a fifth longer or shorter.</summary>
    private const double Jitter = 0.2;

    private int _failures;
    private long? _openSince;

    /// <summary>The source is open.</summary>
    public void Opened()
    {
        _openSince = time.GetTimestamp();
    }

    /// <summary>The source failed.</summary>
    /// <param name="error">What it failed with.</param>
    /// <returns>How long to wait; zero after it was good for long.</returns>
    public TimeSpan Failed(DecodeError error)
    {
        var wasGood = _openSince is { } since && time.GetElapsedTime(since) >= options.MaxDelay;
        _openSince = null;
        if (wasGood)
        {
            _failures = 0;
            return TimeSpan.Zero;
        }

        var doublings = Math.Min(_failures++, 30);
        if (error is DecodeError.Authentication or DecodeError.NotFound or DecodeError.Unsupported)
        {
            return options.MaxDelay;
        }

        var pause = Math.Min(options.Delay.TotalSeconds * Math.Pow(2, doublings), options.MaxDelay.TotalSeconds);
        var jitter = 1 + (Jitter * ((2 * Random.Shared.NextDouble()) - 1));
        return TimeSpan.FromSeconds(Math.Min(pause * jitter, options.MaxDelay.TotalSeconds));
    }
}
