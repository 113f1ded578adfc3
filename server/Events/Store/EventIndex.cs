using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace Streaming.Server.Events.Store;

/// <summary>
/// Finds events in the files of an output folder. It is an index only: what the files say counts, and whatever happens to the
/// index, it can be made again from them. Safe for any thread.
/// </summary>
/// <param name="folder">The output folder.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told what is wrong with files and index.</param>
internal sealed class EventIndex(string folder, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    /// <summary>The index, in the output folder.</summary>
    public const string FileName = ".streaming-events.db";

    /// <summary>Files are looked at no more often, however many ask.</summary>
    private static readonly TimeSpan UpdateInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>A question does not wait longer for the index to be brought up to date: it finds what is there.</summary>
    private static readonly TimeSpan UpdatePatience = TimeSpan.FromSeconds(1);

    /// <summary>Questions at once; further ones wait for their turn.</summary>
    private const int MaxQuestions = 4;

    private readonly string _path = Path.Combine(Path.GetFullPath(folder), FileName);
    private readonly EventDatabase _database = new(Path.Combine(Path.GetFullPath(folder), FileName), time);
    private readonly SemaphoreSlim _turns = new(MaxQuestions);
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _gate = new();
    private Task _update = Task.CompletedTask;
    private long? _updatedAt;
    private string? _trouble;

    /// <summary>Most time that a question takes.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The output folder.</summary>
    public string Folder { get; } = Path.GetFullPath(folder);

    /// <summary>
    /// Brings the index up to date, unless that was done a moment ago. Never fails: the log says what is wrong.
    /// </summary>
    public Task UpdateAsync()
    {
        lock (_gate)
        {
            if (_update.IsCompleted && !_closing.IsCancellationRequested
                && (_updatedAt is not { } at || time.GetElapsedTime(at) >= UpdateInterval))
            {
                _update = Task.Run(Update);
            }

            return _update;
        }
    }

    /// <summary>Looks for events.</summary>
    /// <param name="query">Which.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="EventIndexException">It took too long, or there is no index.</exception>
    public async Task<EventPage> FindAsync(EventQuery query, CancellationToken cancellation)
    {
        await WaitForUpdateAsync(cancellation).ConfigureAwait(false);
        var (sql, values) = query.ToSql();
        var rows = await AskAsync(connection => connection.Rows(StoredEvent.Read, sql, values), cancellation)
            .ConfigureAwait(false);
        return rows.Count <= query.Limit
            ? new EventPage(rows, null)
            : new EventPage(rows[..query.Limit], rows[query.Limit - 1].Key);
    }

    /// <summary>The events that came after one, in the order in which they came.</summary>
    /// <param name="sequence">See <see cref="StoredEvent.Sequence"/>.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="EventIndexException">It took too long, or there is no index.</exception>
    public Task<List<StoredEvent>> AfterAsync(long sequence, int limit, CancellationToken cancellation)
    {
        const string Sql = $"SELECT {StoredEvent.Columns} FROM events AS e WHERE e.seq > $1 ORDER BY e.seq LIMIT $2";
        return AskAsync(connection => connection.Rows(StoredEvent.Read, Sql, sequence, limit), cancellation);
    }

    /// <summary>The place of the newest event of a name in the order in which events came; null when there is none.</summary>
    /// <param name="id">The event's id.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="EventIndexException">It took too long, or there is no index.</exception>
    public Task<long?> PlaceOfAsync(string id, CancellationToken cancellation)
    {
        const string Sql = "SELECT e.seq FROM words JOIN events AS e ON e.key = words.rowid "
            + "WHERE words MATCH $1 AND e.id = $2 ORDER BY words.rowid DESC LIMIT 1";
        return AskAsync(
            connection => connection.Number(Sql, SearchText.ToFts(id), id) is > 0 and var place ? place : (long?)null,
            cancellation);
    }

    /// <summary>The place of the event that came last, or would have.</summary>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="EventIndexException">There is no index.</exception>
    public Task<long> LastPlaceAsync(CancellationToken cancellation)
    {
        return AskAsync(connection => connection.Number("SELECT next FROM counter") - 1, cancellation);
    }

    /// <summary>Ends what is being done.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await UpdateAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _database.Dispose();
    }

    private Task WaitForUpdateAsync(CancellationToken cancellation)
    {
        var update = UpdateAsync();
        return update.IsCompleted ? update
            : Task.WhenAny(update, Task.Delay(UpdatePatience, time, cancellation));
    }

    /// <summary>Asks the database on the thread pool, one more time when it turns out to be damaged.</summary>
    internal async Task<T> AskAsync<T>(Func<SqliteConnection, T> question, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(TimeLimit, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation, _closing.Token);
        try
        {
            await _turns.WaitAsync(ending.Token).ConfigureAwait(false);
            try
            {
                return await Task.Run(() => Ask(question, ending.Token), ending.Token).ConfigureAwait(false);
            }
            catch (SqliteException exception) when (EventDatabase.IsDamage(exception))
            {
                MakeAnew(exception);
                await UpdateAsync().WaitAsync(ending.Token).ConfigureAwait(false);
                return await Task.Run(() => Ask(question, ending.Token), ending.Token).ConfigureAwait(false);
            }
            finally
            {
                _turns.Release();
            }
        }
        catch (Exception exception) when (IsEnd(exception) && limit.IsCancellationRequested)
        {
            throw new EventIndexException(
                $"The search took longer than {TimeLimit.TotalSeconds:0} s; ask for a shorter time, one source or one class.",
                exception);
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            throw new OperationCanceledException(exception.Message, exception, ending.Token);
        }
        catch (Exception exception) when (IsTrouble(exception))
        {
            throw new EventIndexException(
                $"The index of events, {FileName} in the output folder, cannot be used: {exception.Message.TrimEnd('.')}; "
                + "make room on the disk and let the program write there.",
                exception);
        }
    }

    private T Ask<T>(Func<SqliteConnection, T> question, CancellationToken cancellation)
    {
        using var connection = _database.Open();
        using (connection.Interrupt(cancellation))
        {
            return question(connection);
        }
    }

    private void Update()
    {
        try
        {
            try
            {
                UpdateOnce();
            }
            catch (SqliteException exception) when (EventDatabase.IsDamage(exception))
            {
                MakeAnew(exception);
                UpdateOnce();
            }

            _trouble = null;
        }
        catch (OperationCanceledException)
        {
            // The program ends.
        }
        catch (Exception exception) when (IsTrouble(exception))
        {
            if (_trouble != exception.Message)
            {
                ServerLog.IndexNotUpdated(logger, _path, _trouble = exception.Message);
            }
        }

        lock (_gate)
        {
            _updatedAt = time.GetTimestamp();
        }
    }

    private void UpdateOnce()
    {
        using var connection = _database.Open();
        using var update = new IndexUpdate(connection, logger, _closing.Token);
        update.Run(Folder);
    }

    private void MakeAnew(SqliteException exception)
    {
        ServerLog.IndexMadeAnew(logger, _path, exception.Message);
        _database.Discard();
        lock (_gate)
        {
            _updatedAt = null;
        }
    }

    private static bool IsEnd(Exception exception)
    {
        return exception is OperationCanceledException or SqliteException { SqliteErrorCode: raw.SQLITE_INTERRUPT };
    }

    private static bool IsTrouble(Exception exception)
    {
        return exception is SqliteException or IOException or UnauthorizedAccessException;
    }
}
