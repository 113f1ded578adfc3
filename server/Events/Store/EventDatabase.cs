using Microsoft.Data.Sqlite;
using SQLitePCL;
using Streaming.Stages.Emit;

namespace Streaming.Server.Events.Store;

/// <summary>
/// The index's database. Nothing in it is worth keeping: when it is damaged, gone or of another version it is made anew, empty.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="time">The clock.</param>
internal sealed class EventDatabase(string path, TimeProvider time) : IDisposable
{
    /// <summary>To be raised with each change of the tables, or of what is put into them.</summary>
    private const int Version = 1;

    /// <summary>
    /// <c>events.key</c> is the time and a number, so that rows lie in the order in which they are shown, also those of the
    /// words. <c>seq</c> tells the order in which they came. <c>clips</c> says which event tells of the clip of another one.
    /// </summary>
    private const string Tables =
        """
        CREATE TABLE files (
            id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL, inode INTEGER NOT NULL, length INTEGER NOT NULL,
            modified INTEGER NOT NULL, kind INTEGER NOT NULL, done INTEGER NOT NULL, mark BLOB);
        CREATE TABLE events (
            key INTEGER PRIMARY KEY, seq INTEGER NOT NULL, file INTEGER NOT NULL, run TEXT NOT NULL, source TEXT NOT NULL,
            id TEXT NOT NULL, kind TEXT NOT NULL, place TEXT, category TEXT, json TEXT NOT NULL);
        CREATE UNIQUE INDEX events_seq ON events(seq);
        CREATE INDEX events_file ON events(file);
        CREATE INDEX events_source ON events(source);
        CREATE INDEX events_kind ON events(kind);
        CREATE INDEX events_place ON events(place) WHERE place IS NOT NULL;
        CREATE INDEX events_category ON events(category) WHERE category IS NOT NULL;
        CREATE TABLE clips (
            id TEXT NOT NULL, run TEXT NOT NULL, key INTEGER NOT NULL, PRIMARY KEY (id, run, key)) WITHOUT ROWID;
        CREATE INDEX clips_key ON clips(key);
        CREATE VIRTUAL TABLE words USING fts5(
            text, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2');
        CREATE TABLE counter (next INTEGER NOT NULL);
        """;

    private readonly Lock _gate = new();
    private readonly string _connection = new SqliteConnectionStringBuilder
    {
        DataSource = path,
        // Seconds that it waits for another process that writes.
        DefaultTimeout = 5,
    }.ConnectionString;

    private FileState? _file;

    /// <summary>Whether an exception says that the file is no good.</summary>
    public static bool IsDamage(SqliteException exception)
    {
        return exception.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_IOERR
            || exception.SqliteExtendedErrorCode == raw.SQLITE_READONLY_DBMOVED;
    }

    /// <summary>Opens the database, which is made when it is not there or of no use.</summary>
    /// <exception cref="SqliteException">It cannot be made, or is damaged where nobody looked.</exception>
    public SqliteConnection Open()
    {
        lock (_gate)
        {
            if (_file is not { } file || FileState.Of(path)?.IsSameFile(file) != true)
            {
                Prepare();
                _file = FileState.Of(path);
            }
        }

        return Connect();
    }

    /// <summary>Throws away a damaged database.</summary>
    public void Discard()
    {
        lock (_gate)
        {
            Delete();
            _file = null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ClearPool();
    }

    private void Prepare()
    {
        // Connections to a file that is gone work on, with what nobody sees any more.
        ClearPool();
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            if (TryCreate())
            {
                return;
            }
        }
        catch (SqliteException exception) when (IsDamage(exception))
        {
            // What was there goes, as an old version does.
        }

        Delete();
        TryCreate();
    }

    /// <returns>False when the tables of another version are there.</returns>
    private bool TryCreate()
    {
        using var connection = Connect();
        connection.Execute("PRAGMA journal_mode = WAL");
        using var step = new WriteStep(connection);
        var version = connection.Number("PRAGMA user_version");
        if (version == Version)
        {
            return connection.Number("SELECT count(*) FROM counter") == 1;
        }

        if (connection.Number("SELECT count(*) FROM sqlite_master") > 0)
        {
            return false;
        }

        connection.Execute(Tables);
        // Numbers go on rising when the database is made anew: whoever waits for the next one misses nothing.
        connection.Execute("INSERT INTO counter VALUES ($1)", time.GetUtcNow().ToUnixTimeMilliseconds() * 1000);
        connection.Execute($"PRAGMA user_version = {Version}");
        step.Commit();
        return true;
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection(_connection);
        try
        {
            connection.Open();
            // What a power cut takes is read again from the files.
            connection.Execute("PRAGMA synchronous = NORMAL");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void Delete()
    {
        ClearPool();
        foreach (var file in new[] { path, $"{path}-wal", $"{path}-shm" })
        {
            File.Delete(file);
        }
    }

    private void ClearPool()
    {
        using var connection = new SqliteConnection(_connection);
        SqliteConnection.ClearPool(connection);
    }
}
