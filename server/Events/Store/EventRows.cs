using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Streaming.Server.Events.Store;

/// <summary>Puts events into the database, and takes those of a file out. Every call is within a transaction.</summary>
/// <param name="connection">The database.</param>
internal sealed class EventRows(SqliteConnection connection) : IDisposable
{
    private readonly Statement _newest = new(connection, "SELECT max(key) FROM events WHERE key >= $1 AND key < $2");
    private readonly Statement _event = new(
        connection, "INSERT INTO events VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
    private readonly Statement _words = new(connection, "INSERT INTO words(rowid, text) VALUES ($1, $2)");
    private readonly Statement _clip = new(connection, "INSERT OR IGNORE INTO clips VALUES ($1, $2, $3)");

    /// <summary>Adds events in their order.</summary>
    /// <param name="file">The file's number.</param>
    /// <param name="events">The events.</param>
    public void Add(long file, IEnumerable<EventLine> events)
    {
        var next = connection.Number("SELECT next FROM counter");
        foreach (var item in events)
        {
            var key = Free(EventKey.First(item.At));
            _event.Run(
                key, next++, file, item.Run, item.Source, item.Id, item.Kind, item.Place, item.Category, item.Json);
            _words.Run(key, item.Words);
            foreach (var shown in item.Shown)
            {
                _clip.Run(shown, item.Run, key);
            }
        }

        connection.Execute("UPDATE counter SET next = $1", next);
    }

    /// <summary>Removes events of a file.</summary>
    /// <param name="file">The file's number.</param>
    /// <param name="most">How many at most.</param>
    /// <returns>How many there were.</returns>
    public int Remove(long file, int most)
    {
        var keys = string.Create(CultureInfo.InvariantCulture, $"(SELECT key FROM events WHERE file = $1 LIMIT {most})");
        connection.Execute($"DELETE FROM words WHERE rowid IN {keys}", file);
        connection.Execute($"DELETE FROM clips WHERE key IN {keys}", file);
        return connection.Execute($"DELETE FROM events WHERE key IN {keys}", file);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var statement in new[] { _newest, _event, _words, _clip })
        {
            statement.Dispose();
        }
    }

    /// <summary>The next free key of a moment; when all are taken, of the one after it.</summary>
    private long Free(long first)
    {
        while (true)
        {
            var end = first + EventKey.PerMoment;
            if (_newest.Ask(first, end) is not long newest)
            {
                return first;
            }

            if (newest + 1 < end)
            {
                return newest + 1;
            }

            first = end;
        }
    }

    /// <summary>A command that is run again and again.</summary>
    private sealed class Statement(SqliteConnection connection, string sql) : IDisposable
    {
        private readonly SqliteCommand _command = connection.Command(sql);

        public void Run(params ReadOnlySpan<object?> values)
        {
            Set(values);
            _command.ExecuteNonQuery();
        }

        public object? Ask(params ReadOnlySpan<object?> values)
        {
            Set(values);
            return _command.ExecuteScalar();
        }

        public void Dispose()
        {
            _command.Dispose();
        }

        private void Set(ReadOnlySpan<object?> values)
        {
            for (var i = 0; i < values.Length; i++)
            {
                if (_command.Parameters.Count == i)
                {
                    _command.Parameters.Add(new SqliteParameter { ParameterName = $"${i + 1}" });
                }

                _command.Parameters[i].Value = values[i] ?? DBNull.Value;
            }
        }
    }
}
