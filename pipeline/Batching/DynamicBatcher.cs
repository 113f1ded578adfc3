using Streaming.Model.Structures;
using Streaming.Pipeline.Flow;
using Streaming.Stages.Frames;

namespace Streaming.Pipeline.Batching;

/// <summary>
/// Collects prepared frames of all sources into batches. A batch goes when it is full, when its first frame has waited long
/// enough, when a frame of another shape comes (padding to a common shape would change the numbers), or at the end. Never
/// waits for a particular source.
/// </summary>
internal sealed class DynamicBatcher : IDisposable
{
    private readonly Lock _gate = new();
    private readonly int _maxSize;
    private readonly TimeSpan _maxDelay;
    private readonly Func<IReadOnlyList<WorkItem>, bool> _post;
    private readonly ITimer _timer;
    private List<WorkItem> _pending = [];

    /// <param name="maxSize">Frames in a batch, at least 1.</param>
    /// <param name="maxDelay">How long the first frame waits for others.</param>
    /// <param name="post">Takes a batch; never blocks, as credits bound what is under way.</param>
    /// <param name="time">The clock.</param>
    public DynamicBatcher(int maxSize, TimeSpan maxDelay, Func<IReadOnlyList<WorkItem>, bool> post, TimeProvider time)
    {
        (_maxSize, _maxDelay, _post) = (maxSize, maxDelay, post);
        _timer = time.CreateTimer(_ => Flush(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Adds a frame; frames come out in the order in which they were added.</summary>
    public void Add(WorkItem item)
    {
        lock (_gate)
        {
            if (_pending.Count > 0 && ShapeOf(_pending[0]) != ShapeOf(item))
            {
                PostPending();
            }

            _pending.Add(item);
            if (_pending.Count >= _maxSize)
            {
                PostPending();
            }
            else if (_pending.Count == 1)
            {
                _timer.Change(_maxDelay, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Sends on what has come so far.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            PostPending();
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
    }

    /// <summary>Frames that failed before have no shape and form a batch of their own.</summary>
    private static ImageSize ShapeOf(WorkItem item)
    {
        return item.Prepared?.Size ?? default;
    }

    private void PostPending()
    {
        if (_pending.Count == 0)
        {
            return;
        }

        var batch = _pending;
        _pending = [];
        _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (!_post(batch))
        {
            // The graph was aborted: the frames end here.
            foreach (var item in batch)
            {
                item.Source.End(item, FrameOutcome.Dropped("aborted"));
            }
        }
    }
}
