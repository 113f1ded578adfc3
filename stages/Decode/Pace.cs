namespace Streaming.Stages.Decode;

/// <summary>The frames of a drawn source in real time: one that is not read in time is missed, as with a camera.</summary>
/// <param name="rate">Frames a second; null gives them as fast as they are read.</param>
/// <param name="time">The clock.</param>
internal sealed class Pace(double? rate, TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();

    /// <summary>Waits until the next frame is due and returns its number, at least <paramref name="index"/>.</summary>
    public long Next(long index, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (rate is not { } perSecond)
        {
            return index;
        }

        var elapsed = time.GetElapsedTime(_started).TotalSeconds;
        index = Math.Max(index, (long)(elapsed * perSecond));
        var left = TimeSpan.FromSeconds((index / perSecond) - elapsed);
        if (left > TimeSpan.Zero)
        {
            Task.Delay(left, time, cancellationToken).GetAwaiter().GetResult();
        }

        return index;
    }
}
