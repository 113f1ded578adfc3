using Microsoft.Data.Sqlite;

namespace Streaming.Server.Events.Store;

/// <summary>An event that was found.</summary>
/// <param name="Key">Its place in time, see <see cref="EventKey"/>.</param>
/// <param name="Sequence">Its place in the order in which events came.</param>
/// <param name="Json">Its line.</param>
/// <param name="ClipJson">The line that tells of its clip; null while there is none.</param>
internal sealed record StoredEvent(long Key, long Sequence, string Json, string? ClipJson)
{
    /// <summary>What <see cref="Read"/> reads of the table <c>events AS e</c>.</summary>
    public const string Columns =
        "e.key, e.seq, e.json, (SELECT told.json FROM clips JOIN events AS told ON told.key = clips.key "
        + "WHERE clips.id = e.id AND clips.run = e.run ORDER BY clips.key LIMIT 1)";

    /// <summary>Reads a row.</summary>
    public static StoredEvent Read(SqliteDataReader row)
    {
        return new StoredEvent(row.GetInt64(0), row.GetInt64(1), row.GetString(2), row.Text(3));
    }
}

/// <summary>Events that were found, the newest first.</summary>
/// <param name="Events">They.</param>
/// <param name="Next">What to look before for more; null when there are no more.</param>
internal sealed record EventPage(IReadOnlyList<StoredEvent> Events, long? Next);
