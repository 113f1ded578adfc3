using Streaming.Pipeline;

namespace Streaming.Cli.Display;

/// <summary>How many results a second each source gives, over the last few seconds.</summary>
/// <param name="time">The clock.</param>
/// <param name="window">The time over which the mean is taken.</param>
internal sealed class FrameRates(TimeProvider time, TimeSpan window)
{
    private readonly Dictionary<string, Queue<(long At, long Emitted)>> _seen = new(StringComparer.Ordinal);

    /// <summary>Looks at a source; call it regularly.</summary>
    /// <returns>Its results a second; 0 at the first look.</returns>
    public double Of(SourceStatus source)
    {
        var (now, emitted) = (time.GetTimestamp(), source.Counts.Emitted);
        if (!_seen.TryGetValue(source.Id, out var seen) || seen.Last().Emitted > emitted)
        {
            // A new source, or another one of that name.
            _seen[source.Id] = seen = new();
        }

        seen.Enqueue((now, emitted));
        while (seen.Count > 2 && time.GetElapsedTime(seen.Peek().At, now) > window)
        {
            seen.Dequeue();
        }

        var (at, before) = seen.Peek();
        var seconds = time.GetElapsedTime(at, now).TotalSeconds;
        return seconds > 0 ? (emitted - before) / seconds : 0;
    }
}
