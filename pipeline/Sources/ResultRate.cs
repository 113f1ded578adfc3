namespace Streaming.Pipeline.Sources;

/// <summary>How many results a second a source gives, over the last few seconds. Safe for any thread.</summary>
/// <param name="time">The clock.</param>
internal sealed class ResultRate(TimeProvider time)
{
    private const int Seconds = 5;

    private readonly Lock _gate = new();
    private readonly long _origin = time.GetTimestamp();
    private readonly (long Second, int Count)[] _counts = new (long Second, int Count)[Seconds + 1];
    private double? _first;

    /// <summary>Results a second; 0 before the first one.</summary>
    public double PerSecond
    {
        get
        {
            lock (_gate)
            {
                var now = Now();
                var first = (long)now - Seconds;
                var count = _counts.Where(item => item.Second >= first).Sum(item => item.Count);
                // A source that has just begun is measured since it has.
                var span = now - Math.Max(first, _first ?? now);
                return count / Math.Max(span, 1);
            }
        }
    }

    /// <summary>Counts a result.</summary>
    public void Add()
    {
        lock (_gate)
        {
            var now = Now();
            _first ??= now;
            ref var item = ref _counts[(long)now % _counts.Length];
            item = item.Second == (long)now ? (item.Second, item.Count + 1) : ((long)now, 1);
        }
    }

    private double Now()
    {
        return time.GetElapsedTime(_origin).TotalSeconds;
    }
}
