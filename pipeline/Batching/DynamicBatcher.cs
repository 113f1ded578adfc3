using Streaming.Model.Structures;
using Streaming.Pipeline.Flow;

namespace Streaming.Pipeline.Batching;

/// <summary>
/// Collects preprocessed frames of all sources into batches, those of one padded shape together: padding to a common shape would
/// change the numbers. A batch is sent when it is full, when its first frame has waited long enough and a device is idle, when a
/// frame of one of its sources comes with another shape, or at the end. It never waits for a particular source. Frames that the
/// network does not see keep their place: they travel with the batch that holds their source's last frame, or pass by at once.
/// </summary>
internal sealed class DynamicBatcher : IDisposable
{
    private readonly Lock _gate = new();
    private readonly int _maxSize;
    private readonly int _devices;
    private readonly TimeSpan _maxDelay;
    private readonly Func<IReadOnlyList<WorkItem>, FlushReason, bool> _post;
    private readonly Action<WorkItem> _passBy;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;

    /// <summary>In the order in which their first frames came, so that the first one is due first.</summary>
    private readonly List<Bucket> _buckets = [];

    /// <summary>Batches that were sent and are not done.</summary>
    private int _inFlight;

    /// <param name="maxSize">Frames in a batch, at least 1.</param>
    /// <param name="maxDelay">How long the first frame waits for others while a device is idle.</param>
    /// <param name="devices">How many batches are worked on at once, at least 1.</param>
    /// <param name="post">Takes a batch; must not block (leases bound what is in flight); false once it takes no more.</param>
    /// <param name="passBy">Takes a frame that the network does not see.</param>
    /// <param name="time">The clock.</param>
    public DynamicBatcher(
        int maxSize,
        TimeSpan maxDelay,
        int devices,
        Func<IReadOnlyList<WorkItem>, FlushReason, bool> post,
        Action<WorkItem> passBy,
        TimeProvider time)
    {
        (_maxSize, _maxDelay, _devices, _post, _passBy, _time) = (maxSize, maxDelay, devices, post, passBy, time);
        _timer = time.CreateTimer(_ => FlushDue(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Adds a frame; frames of a source come out in the order in which they were added.</summary>
    public void Add(WorkItem item)
    {
        // A test's clock may run a due timer on this thread whenever it is read: so it is read before anything changes, and
        // the timer is set at the end.
        var now = _time.GetTimestamp();
        lock (_gate)
        {
            if (item.Preprocessed is { } image)
            {
                Add(item, image.PaddedSize, now);
            }
            else if (_buckets.Find(bucket => bucket.Holds(item.Owner)) is { } bucket)
            {
                bucket.Items.Add(item);
            }
            else
            {
                _passBy(item);
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
            _inFlight--;
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

    private void Add(WorkItem item, ImageSize shape, long now)
    {
        if (_buckets.Find(bucket => bucket.Shape != shape && bucket.Holds(item.Owner)) is { } earlier)
        {
            Send(earlier, FlushReason.Order);
        }

        if (_buckets.Find(bucket => bucket.Shape == shape) is not { } bucket)
        {
            bucket = new Bucket(shape, now);
            _buckets.Add(bucket);
        }

        bucket.Items.Add(item);
        if (++bucket.Images >= _maxSize)
        {
            Send(bucket, FlushReason.Full);
        }
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

    /// <summary>
    /// While all devices are busy, a batch that was sent would only wait and could no longer grow, so it stays here.
    /// </summary>
    private void SendDue(long now)
    {
        while (_buckets.Count > 0 && _inFlight < _devices && _time.GetElapsedTime(_buckets[0].Since, now) >= _maxDelay)
        {
            Send(_buckets[0], FlushReason.Timeout);
        }
    }

    private void Send(Bucket bucket, FlushReason reason)
    {
        _buckets.Remove(bucket);
        if (_post(bucket.Items, reason))
        {
            _inFlight++;
        }
    }

    private void SetTimer(long now)
    {
        if (_buckets.Count == 0 || _inFlight >= _devices)
        {
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }

        // A timer may fire a tick early: never less than a millisecond, or it would spin.
        var left = _maxDelay - _time.GetElapsedTime(_buckets[0].Since, now);
        _timer.Change(left < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : left, Timeout.InfiniteTimeSpan);
    }

    private sealed class Bucket(ImageSize shape, long since)
    {
        public ImageSize Shape { get; } = shape;

        /// <summary>When its first frame came.</summary>
        public long Since { get; } = since;

        public List<WorkItem> Items { get; } = [];

        /// <summary>Frames that the network will see.</summary>
        public int Images { get; set; }

        public bool Holds(IFrameOwner owner)
        {
            return Items.Exists(item => item.Owner == owner);
        }
    }
}
