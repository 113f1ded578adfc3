namespace Streaming.Benchmarks;

/// <summary>Work for a thread on each core; libtorch's number of threads belongs to the thread that sets it.</summary>
internal static class Workers
{
    /// <summary>Does every piece of work once.</summary>
    /// <param name="count">How many pieces.</param>
    /// <param name="createTool">Makes what a thread keeps.</param>
    /// <param name="work">Does one piece; gets its number.</param>
    /// <returns>The results, in the order of their numbers.</returns>
    public static TResult[] Run<TTool, TResult>(int count, Func<TTool> createTool, Func<TTool, int, TResult> work)
        where TTool : IDisposable
    {
        var (results, next) = (new TResult[count], -1);
        Task[] threads =
        [
            .. Enumerable.Range(0, Math.Min(Environment.ProcessorCount, count)).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    using var tool = createTool();
                    for (var number = Interlocked.Increment(ref next); number < count; number = Interlocked.Increment(ref next))
                    {
                        results[number] = work(tool, number);
                    }
                },
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default)),
        ];
        Task.WaitAll(threads);
        return results;
    }
}
