using Microsoft.Data.Sqlite;

namespace Streaming.Server.Events.Store;

/// <summary>
/// A transaction that writes: done whole, or not at all. Unlike Microsoft's it also holds commands that were made before it.
/// </summary>
internal sealed class WriteStep : IDisposable
{
    private readonly SqliteConnection _connection;
    private bool _isDone;

    /// <summary>Begins; waits while another process writes.</summary>
    public WriteStep(SqliteConnection connection)
    {
        _connection = connection;
        connection.Execute("BEGIN IMMEDIATE");
    }

    /// <summary>It is done.</summary>
    public void Commit()
    {
        _connection.Execute("COMMIT");
        _isDone = true;
    }

    /// <summary>Undoes it unless it is done.</summary>
    public void Dispose()
    {
        if (!_isDone)
        {
            try
            {
                _connection.Execute("ROLLBACK");
            }
            catch (SqliteException)
            {
                // After a full disk, for example, SQLite has done it already; the first error is the one that is told.
            }
        }
    }
}
