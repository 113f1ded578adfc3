namespace Streaming.Pipeline.Flow;

/// <summary>
/// Whose turn it is, among the sources of which the newest frame counts. Frames that wait before the network grow old there, the more of them the older: so besides those that
/// it works on only as many enter as it takes within <see cref="Wait"/>. The other sources wait at their gates, where a newer frame takes an older one's place, and take turns.
/// </summary>
/// <remarks>
/// Gates call it under their locks. So it asks for a gate's lock without holding its own, and one thread at a time: two that hand turns to each other's gates would wait for ever.
/// </remarks>
/// <param name="atOnce">How many frames the network works on at once.</param>
internal sealed class NetworkTurns(int atOnce)
{
    /// <summary>A network that takes longer for a batch waits while the next one is prepared; that takes some milliseconds.</summary>
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(250);

    private const int Unbounded = int.MaxValue / 2;

    private readonly Lock _gate = new();
    private readonly Queue<CreditGate> _queue = new();
    private readonly HashSet<CreditGate> _queued = [];

    /// <summary>Without bounds until the network has shown how quick it is.</summary>
    private int _ahead = Unbounded;
    private int _taken;
    private bool _isPassingOn;

    private bool HasRoom => _taken < atOnce + _ahead;

    /// <summary>Takes a turn for a source. When none is free the source stands in line from then on, if it did not before: see <see cref="CreditGate.TakeTurn"/>.</summary>
    public bool TryTake(CreditGate source)
    {
        lock (_gate)
        {
            if (_queue.Count == 0 && HasRoom)
            {
                _taken++;
                return true;
            }

            if (_queued.Add(source))
            {
                _queue.Enqueue(source);
            }

            return false;
        }
    }

    /// <summary>A frame has left the network, or never comes there: the next source in line has its turn.</summary>
    public void GiveBack()
    {
        lock (_gate)
        {
            _taken--;
            if (_isPassingOn)
            {
                return;
            }

            _isPassingOn = true;
        }

        while (Next() is { } source)
        {
            if (!source.TakeTurn())
            {
                lock (_gate)
                {
                    _taken--;
                }
            }
        }
    }

    /// <summary>How long a batch took.</summary>
    public void Observe(TimeSpan batchTime)
    {
        lock (_gate)
        {
            _ahead = (int)Math.Min(atOnce * (Wait / batchTime), Unbounded);
        }
    }

    private CreditGate? Next()
    {
        lock (_gate)
        {
            if (!HasRoom || !_queue.TryDequeue(out var source))
            {
                _isPassingOn = false;
                return null;
            }

            _queued.Remove(source);
            _taken++;
            return source;
        }
    }
}
