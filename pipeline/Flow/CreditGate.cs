namespace Streaming.Pipeline.Flow;

/// <summary>
/// A source's credits: a frame takes one before it enters the graph and gives it back when its last sink is done with it. So
/// the credits' sum bounds the memory of the whole graph, and a slow sink slows down its own source alone.
/// </summary>
internal sealed class CreditGate(int credits) : IDisposable
{
    private readonly SemaphoreSlim _free = new(credits, credits);

    /// <summary>Credits that frames hold at the moment.</summary>
    public int Taken => credits - _free.CurrentCount;

    /// <summary>Waits for a credit.</summary>
    public Task TakeAsync(CancellationToken cancellationToken)
    {
        return _free.WaitAsync(cancellationToken);
    }

    /// <summary>Gives a credit back.</summary>
    public void Return()
    {
        _free.Release();
    }

    /// <summary>Waits until no frame holds a credit any more.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; i < credits; i++)
        {
            await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        _free.Release(credits);
    }

    public void Dispose()
    {
        _free.Dispose();
    }
}
