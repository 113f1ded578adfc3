using Streaming.Pipeline.Flow;

namespace Streaming.Pipeline.Graph;

/// <summary>Several networks finish batches in any order; this hands them on in the order of their numbers.</summary>
/// <param name="handOn">Takes a batch; must not block.</param>
internal sealed class BatchOrder(Action<IReadOnlyList<WorkItem>> handOn)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, IReadOnlyList<WorkItem>> _early = [];
    private long _numbered;
    private long _handedOn;

    /// <summary>The next batch's number.</summary>
    public long Number()
    {
        lock (_gate)
        {
            return _numbered++;
        }
    }

    /// <summary>A batch is done: it and those that waited for it are handed on, unless it has to wait itself.</summary>
    public void Done(long number, IReadOnlyList<WorkItem> batch)
    {
        lock (_gate)
        {
            _early.Add(number, batch);
            while (_early.Remove(_handedOn, out var next))
            {
                _handedOn++;
                handOn(next);
            }
        }
    }
}
