using System.Collections.Concurrent;

namespace Streaming.Pipeline.Graph;

/// <summary>
/// Runs a block's work on threads of its own, as many as it has workers. libtorch and its libraries keep scratch memory for every
/// thread that ever used them: on the thread pool, whose threads come and go, that would grow for hours.
/// </summary>
internal sealed class DedicatedThreads : TaskScheduler, IDisposable
{
    private readonly BlockingCollection<Task> _tasks = [];
    private readonly Thread[] _threads;

    /// <param name="count">Threads, at least one.</param>
    /// <param name="name">For debuggers.</param>
    public DedicatedThreads(int count, string name)
    {
        _threads = [.. Enumerable.Range(0, count).Select(i => new Thread(Work) { IsBackground = true, Name = $"{name} {i}" })];
        Array.ForEach(_threads, thread => thread.Start());
    }

    public override int MaximumConcurrencyLevel => _threads.Length;

    /// <summary>Call it when no work is left; the threads end.</summary>
    public void Dispose()
    {
        _tasks.CompleteAdding();
        Array.ForEach(_threads, thread => thread.Join());
        _tasks.Dispose();
    }

    protected override void QueueTask(Task task)
    {
        _tasks.Add(task);
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued)
    {
        // Whoever waits for it may be on any thread.
        return _threads.Contains(Thread.CurrentThread) && !taskWasPreviouslyQueued && TryExecuteTask(task);
    }

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        return [.. _tasks];
    }

    private void Work()
    {
        foreach (var task in _tasks.GetConsumingEnumerable())
        {
            TryExecuteTask(task);
        }
    }
}
