using Microsoft.Data.Sqlite;
using Streaming.Stages.Emit;

namespace Streaming.Server.Events.Store;

/// <summary>What a file is to the index.</summary>
internal enum IndexedKind
{
    /// <summary>Nobody knows yet: nothing is in it.</summary>
    Unknown,

    /// <summary>It holds events.</summary>
    Events,

    /// <summary>It holds something else, the frames for example.</summary>
    Other,

    /// <summary>It is gone, or is to be read anew: its events are being removed.</summary>
    Gone,
}

/// <summary>A file that the index knows.</summary>
/// <param name="Id">Its number in the index; none is used twice.</param>
/// <param name="Path">Where it was seen last.</param>
/// <param name="Inode">Which file it is.</param>
/// <param name="Length">Its length then.</param>
/// <param name="Modified">When it was written then.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Done">How many of its bytes are read.</param>
/// <param name="Mark">See <see cref="FileMark"/>; of the bytes that are read.</param>
internal sealed record IndexedFile(
    long Id, string Path, long Inode, long Length, long Modified, IndexedKind Kind, long Done, byte[]? Mark)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<IndexedFile> All(SqliteConnection connection)
    {
        return connection.Rows(
            row => new IndexedFile(
                row.GetInt64(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4),
                (IndexedKind)row.GetInt32(5), row.GetInt64(6), row.IsDBNull(7) ? null : row.GetFieldValue<byte[]>(7)),
            "SELECT id, path, inode, length, modified, kind, done, mark FROM files");
    }

    /// <summary>Whether nothing has happened to it since it was looked at.</summary>
    public bool IsAsItWas(FileState state)
    {
        // Frames come to a file of frames all the time.
        return Kind == IndexedKind.Other ? state.Length >= Length : (state.Length, state.Modified) == (Length, Modified);
    }
}
