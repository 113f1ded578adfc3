using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Streaming.Server.Events.Store;

/// <summary>What Microsoft's library lacks.</summary>
internal static class SqliteExtensions
{
    /// <summary>Steps of SQLite's machine between two looks at the clock: a fraction of a millisecond.</summary>
    private const int Steps = 2000;

    /// <summary>A command with values; <c>$1</c>, <c>$2</c> … stand for them.</summary>
    public static SqliteCommand Command(this SqliteConnection connection, string sql, params ReadOnlySpan<object?> values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters.AddWithValue($"${i + 1}", values[i] ?? DBNull.Value);
        }

        return command;
    }

    /// <summary>Does something.</summary>
    /// <returns>The number of rows that it has changed.</returns>
    public static int Execute(this SqliteConnection connection, string sql, params ReadOnlySpan<object?> values)
    {
        using var command = connection.Command(sql, values);
        return command.ExecuteNonQuery();
    }

    /// <summary>The first value of the first row; 0 when there is none.</summary>
    public static long Number(this SqliteConnection connection, string sql, params ReadOnlySpan<object?> values)
    {
        using var command = connection.Command(sql, values);
        return command.ExecuteScalar() is long number ? number : 0;
    }

    /// <summary>All rows.</summary>
    public static List<T> Rows<T>(
        this SqliteConnection connection, Func<SqliteDataReader, T> read, string sql, params ReadOnlySpan<object?> values)
    {
        using var command = connection.Command(sql, values);
        using var reader = command.ExecuteReader();
        List<T> rows = [];
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>A text, or null.</summary>
    public static string? Text(this SqliteDataReader reader, int column)
    {
        return reader.IsDBNull(column) ? null : reader.GetString(column);
    }

    /// <summary>Interrupts what the connection does once a token is cancelled; dispose it before the connection.</summary>
    public static IDisposable Interrupt(this SqliteConnection connection, CancellationToken cancellation)
    {
        raw.sqlite3_progress_handler(connection.Handle, Steps, _ => cancellation.IsCancellationRequested ? 1 : 0, null);
        return new Interruption(connection);
    }

    private sealed class Interruption(SqliteConnection connection) : IDisposable
    {
        public void Dispose()
        {
            raw.sqlite3_progress_handler(connection.Handle, 0, null, null);
        }
    }
}
