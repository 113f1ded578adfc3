using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Streaming.Stages.Emit;

namespace Streaming.Server.Events.Store;

/// <summary>
/// Makes the index what the files say. It is done in small steps, each of which is a transaction that also says how far it is:
/// after a kill the next update goes on where this one was. Another process may do the same at the same time.
/// </summary>
/// <param name="connection">The database.</param>
/// <param name="logger">Told of lines that are no events.</param>
/// <param name="cancellation">Ends it between two steps.</param>
internal sealed class IndexUpdate(SqliteConnection connection, ILogger logger, CancellationToken cancellation) : IDisposable
{
    /// <summary>Events that are removed in one step.</summary>
    private const int Step = 5000;

    private readonly EventRows _rows = new(connection);
    private readonly byte[] _buffer = new byte[LineChunk.MaxBytes];

    /// <summary>Compares all files below a folder with the index.</summary>
    /// <param name="folder">The output folder.</param>
    public void Run(string folder)
    {
        var found = EventFile.Find(folder).ToDictionary(file => file.Path);
        var known = IndexedFile.All(connection);
        List<(EventFile File, IndexedFile? Known)> changed = [];
        foreach (var (item, file) in Match(known, found))
        {
            if (file is null || item.Kind == IndexedKind.Gone || !IsStill(item, file))
            {
                Remove(item);
                continue;
            }

            found.Remove(file.Path);
            if (item.Path != file.Path)
            {
                connection.Execute("UPDATE files SET path = $2 WHERE id = $1", item.Id, file.Path);
            }

            if (!item.IsAsItWas(file.State))
            {
                changed.Add((file, item));
            }
        }

        // The newest ones first: they are asked for first.
        foreach (var (file, item) in changed.Concat(found.Values.Select(file => (file, (IndexedFile?)null)))
            .OrderByDescending(pair => pair.Item1.State.Modified))
        {
            try
            {
                Read(file, item);
            }
            catch (IOException)
            {
                // It is being changed, or on a bad disk: the others are read, and this one is tried again.
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _rows.Dispose();
    }

    /// <summary>A file is where it was, or has another name by now: that of a segment loses its ".part".</summary>
    private static IEnumerable<(IndexedFile Known, EventFile? Found)> Match(
        IReadOnlyList<IndexedFile> known, Dictionary<string, EventFile> found)
    {
        var stayed = known.Where(item => found.GetValueOrDefault(item.Path)?.State.Inode == item.Inode).ToHashSet();
        var taken = stayed.Select(item => item.Path).ToHashSet();
        var moved = found.Values.Where(file => !taken.Contains(file.Path))
            .DistinctBy(file => file.State.Inode)
            .ToDictionary(file => file.State.Inode);
        foreach (var item in known)
        {
            EventFile? file = null;
            if (!stayed.Contains(item))
            {
                moved.Remove(item.Inode, out file);
            }

            yield return (item, stayed.Contains(item) ? found[item.Path] : file);
        }
    }

    /// <summary>Whether what was read of a file is still in it.</summary>
    private static bool IsStill(IndexedFile known, EventFile file)
    {
        if (known.IsAsItWas(file.State) && known.Path == file.Path)
        {
            return true;
        }

        if (file.State.Length < Math.Max(known.Done, known.Kind == IndexedKind.Other ? known.Length : 0))
        {
            return false;
        }

        using var handle = TryOpen(file.Path);
        return handle is not null && known.Mark is { } mark && FileMark.Of(handle, known.Done).AsSpan().SequenceEqual(mark);
    }

    private void Remove(IndexedFile file)
    {
        connection.Execute("UPDATE files SET kind = $2 WHERE id = $1", file.Id, IndexedKind.Gone);
        for (var isLast = false; !isLast;)
        {
            cancellation.ThrowIfCancellationRequested();
            using var step = new WriteStep(connection);
            isLast = _rows.Remove(file.Id, Step) < Step;
            if (isLast)
            {
                connection.Execute("DELETE FROM files WHERE id = $1", file.Id);
            }

            step.Commit();
        }
    }

    private void Read(EventFile file, IndexedFile? known)
    {
        using var handle = TryOpen(file.Path);
        if (handle is null || FileState.Of(handle)?.IsSameFile(file.State) != true)
        {
            // It was removed or replaced meanwhile: the next update sees to it.
            return;
        }

        var (kind, done, skipped) = (known?.Kind ?? IndexedKind.Unknown, known?.Done ?? 0, 0);
        for (var isLast = false; !isLast;)
        {
            cancellation.ThrowIfCancellationRequested();
            kind = kind == IndexedKind.Unknown ? Recognise(file, handle) : kind;
            var chunk = kind == IndexedKind.Events ? LineChunk.Read(handle, done, _buffer) : default;
            EventLine[] events = [.. (chunk.Lines ?? []).Select(EventLine.Parse).OfType<EventLine>()];
            skipped += (chunk.Lines?.Count ?? 0) - events.Length;
            isLast = chunk.Bytes == 0 || done + chunk.Bytes >= file.State.Length;
            // Until all is read the file counts as changed, for whoever goes on after a kill.
            var next = new IndexedFile(
                known?.Id ?? 0, file.Path, file.State.Inode, isLast ? file.State.Length : -1, file.State.Modified, kind,
                done + chunk.Bytes, FileMark.Of(handle, done + chunk.Bytes));
            if ((known = Save(known, next, events)) is null)
            {
                return;
            }

            done = next.Done;
        }

        if (skipped > 0)
        {
            ServerLog.LinesAreNoEvents(logger, file.Path, skipped);
        }
    }

    /// <summary>What a file holds, by its name or the beginning of its first line.</summary>
    private IndexedKind Recognise(EventFile file, SafeFileHandle handle)
    {
        var wanted = """{"type":"event","""u8;
        var beginning = _buffer.AsSpan(0, wanted.Length);
        return file.IsNamedSo ? IndexedKind.Events
            : RandomAccess.Read(handle, beginning, 0) < wanted.Length ? IndexedKind.Unknown
            : beginning.SequenceEqual(wanted) ? IndexedKind.Events
            : IndexedKind.Other;
    }

    /// <summary>A step: events, and how far the file is read with them.</summary>
    /// <returns>What the index knows now; null when another process was first.</returns>
    private IndexedFile? Save(IndexedFile? before, IndexedFile now, IReadOnlyList<EventLine> events)
    {
        using var step = new WriteStep(connection);
        var isFirst = before is null
            ? connection.Execute(
                "INSERT INTO files(path, inode, length, modified, kind, done, mark) SELECT $1, $2, $3, $4, $5, $6, $7 "
                + "WHERE NOT EXISTS (SELECT 1 FROM files WHERE path = $1)",
                now.Path, now.Inode, now.Length, now.Modified, now.Kind, now.Done, now.Mark)
            : connection.Execute(
                "UPDATE files SET path = $1, inode = $2, length = $3, modified = $4, kind = $5, done = $6, mark = $7 "
                + "WHERE id = $8 AND done = $9 AND kind = $10",
                now.Path, now.Inode, now.Length, now.Modified, now.Kind, now.Done, now.Mark,
                before.Id, before.Done, before.Kind);
        if (isFirst == 0)
        {
            return null;
        }

        var saved = before is null ? now with { Id = connection.Number("SELECT last_insert_rowid()") } : now;
        _rows.Add(saved.Id, events);
        step.Commit();
        return saved;
    }

    private static SafeFileHandle? TryOpen(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
