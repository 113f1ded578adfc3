using Streaming.Model.Structures;
using Streaming.Pipeline.Flow;

namespace Streaming.Pipeline.Batching;

/// <summary>Why a batch went.</summary>
internal enum FlushReason
{
    /// <summary>It was full.</summary>
    Full,

    /// <summary>Its first frame had waited long enough, and a device had nothing to do.</summary>
    Timeout,

    /// <summary>A source's next frame has another shape and must not overtake.</summary>
    Order,

    /// <summary>No frame follows.</summary>
    End,
}

/// <summary>
/// Collects prepared frames of all sources into batches, those of one padded shape together: padding to a common shape would
/// change the numbers. A batch goes when it is full, when its first frame has waited long enough and a device has nothing to do,
/// when a frame of one of its sources comes with another shape, or at the end. It never waits for a particular source.
/// </summary>
internal sealed class DynamicBatcher : IDisposable
{
    private readonly Lock _gate = new();
    private readonly int _maxSize;
    private readonly int _devices;
    private readonly TimeSpan _maxDelay;
    private readonly Func<IReadOnlyList<WorkItem>, FlushReason, bool> _post;
    private readonly Action<WorkItem> _refused;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;

    /// <summary>In the order in which their first frames came, so that the first one is due first.</summary>
    private readonly List<Bucket> _buckets = [];

    /// <summary>Batches that were sent and are not done.</summary>
    private int _underWay;

    /// <param name="maxSize">Frames in a batch, at least 1.</param>
    /// <param name="maxDelay">How long the first frame waits for others while a device has nothing to do.</param>
    /// <param name="devices">How many batches are worked on at once, at least 1.</param>
    /// <param name="post">Takes a batch; never blocks, as credits bound what is under way; false when it takes none any more.</param>
    /// <param name="refused">Ends a frame that <paramref name="post"/> did not take.</param>
    /// <param name="time">The clock.</param>
    public DynamicBatcher(
        int maxSize, TimeSpan maxDelay, int devices, Func<IReadOnlyList<WorkItem>, FlushReason, bool> post, Action<WorkItem> refused, TimeProvider time)
    {
        (_maxSize, _maxDelay, _devices, _post, _refused, _time) = (maxSize, maxDelay, devices, post, refused, time);
        _timer = time.CreateTimer(_ => FlushDue(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Adds a frame; frames of a source come out in the order in which they were added.</summary>
    public void Add(WorkItem item)
    {
        // A test's clock may run a due timer whenever it is touched, on this very thread: it is asked before anything is changed, and
        // the timer is set when all is done.
        var now = _time.GetTimestamp();
        lock (_gate)
        {
            // Frames that failed before have no shape and form batches of their own.
            var shape = item.Preprocessed?.PaddedSize ?? default;
            if (_buckets.Find(bucket => bucket.Shape != shape && bucket.Items.Exists(other => other.Source == item.Source)) is { } earlier)
            {
                Send(earlier, FlushReason.Order);
            }

            if (_buckets.Find(bucket => bucket.Shape == shape) is not { } bucket)
            {
                bucket = new Bucket(shape, now, []);
                _buckets.Add(bucket);
            }

            bucket.Items.Add(item);
            if (bucket.Items.Count >= _maxSize)
            {
                Send(bucket, FlushReason.Full);
            }

            SetTimer(now);
        }
    }

    /// <summary>A batch that was sent is done: its device is free for the next.</summary>
    public void Done()
    {
        var now = _time.GetTimestamp();
        lock (_gate)
        {
            _underWay--;
            SendDue(now);
            SetTimer(now);
        }
    }

    /// <summary>Sends on all that has come so far.</summary>
    public void Flush()
    {
        var now = _time.GetTimestamp();
        lock (_gate)
        {
            while (_buckets.Count > 0)
            {
                Send(_buckets[0], FlushReason.End);
            }

            SetTimer(now);
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
    }

    private void FlushDue()
    {
        var now = _time.GetTimestamp();
        lock (_gate)
        {
            SendDue(now);
            SetTimer(now);
        }
    }

    /// <summary>While all devices are busy a batch would only wait behind theirs, and could not grow any more: it stays.</summary>
    private void SendDue(long now)
    {
        while (_buckets.Count > 0 && _underWay < _devices && _time.GetElapsedTime(_buckets[0].Since, now) >= _maxDelay)
        {
            Send(_buckets[0], FlushReason.Timeout);
        }
    }

    private void Send(Bucket bucket, FlushReason reason)
    {
        _buckets.Remove(bucket);
        if (_post(bucket.Items, reason))
        {
            _underWay++;
        }
        else
        {
            bucket.Items.ForEach(_refused);
        }
    }

    private void SetTimer(long now)
    {
        if (_buckets.Count == 0 || _underWay >= _devices)
        {
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }

        // A timer may fire a tick early: never less than a millisecond, or it would spin.
        var left = _maxDelay - _time.GetElapsedTime(_buckets[0].Since, now);
        _timer.Change(left < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : left, Timeout.InfiniteTimeSpan);
    }

    private sealed record Bucket(ImageSize Shape, long Since, List<WorkItem> Items);
}
