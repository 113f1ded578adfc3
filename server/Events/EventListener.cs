using Streaming.Server.Events.Store;

namespace Streaming.Server.Events;

/// <summary>One who is told what happens. Used by one at a time.</summary>
/// <param name="feed">Says when there is something new.</param>
/// <param name="index">Where it is.</param>
/// <param name="time">The clock.</param>
/// <param name="after">The id of the event after which to begin; null begins now.</param>
internal sealed class EventListener(EventFeed feed, EventIndex index, TimeProvider time, string? after) : IDisposable
{
    /// <summary>Most events that are told at once.</summary>
    private const int Most = 100;

    private readonly CancellationTokenSource _leaving = new();
    private Task<long>? _start;
    private long? _seen;
    private bool _hasLeft;

    /// <summary>The next events.</summary>
    /// <param name="patience">How long to wait.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>None when nothing has happened for so long.</returns>
    /// <exception cref="EventIndexException">There is no index.</exception>
    public async Task<IReadOnlyList<StoredEvent>> NextAsync(TimeSpan patience, CancellationToken cancellation)
    {
        try
        {
            // The index may have to be made first, of all files that there are: none of that is news.
            _start ??= StartAsync(_leaving.Token);
            _seen ??= await _start.WaitAsync(patience, time, cancellation).ConfigureAwait(false);
            while (true)
            {
                var changed = feed.Changed;
                var events = await index.AfterAsync(_seen.Value, Most, cancellation).ConfigureAwait(false);
                if (events.Count > 0)
                {
                    _seen = events[^1].Sequence;
                    return events;
                }

                await changed.WaitAsync(patience, time, cancellation).ConfigureAwait(false);
            }
        }
        catch (TimeoutException)
        {
            return [];
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_hasLeft)
        {
            _hasLeft = true;
            _leaving.Cancel();
            _leaving.Dispose();
            feed.Leave();
        }
    }

    private async Task<long> StartAsync(CancellationToken cancellation)
    {
        await index.UpdateAsync().WaitAsync(cancellation).ConfigureAwait(false);
        return (after is null ? null : await index.PlaceOfAsync(after, cancellation).ConfigureAwait(false))
            ?? await index.LastPlaceAsync(cancellation).ConfigureAwait(false);
    }
}
