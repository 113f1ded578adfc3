using Microsoft.Extensions.Logging;
using Streaming.Config.Run;

namespace Streaming.Stages.Emit.Segments;

/// <summary>
/// All segments of a run: opens sinks that write them, and removes the oldest ones when the user's limits say so. Used by the
/// outputs of all sources at once; one lock guards the indexes.
/// </summary>
/// <param name="rules">What the user wants.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told what is removed.</param>
/// <param name="freeSpace">The bytes that are free on the disk of a folder; the operating system's answer by default.</param>
internal sealed class SegmentStore(
    SegmentSection rules, TimeProvider time, ILogger logger, Func<string, long?>? freeSpace = null)
{
    /// <summary>Between two segments too the disk fills up: with other things, and with what is being written.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, SegmentSet> _sets = new(StringComparer.Ordinal);
    private readonly Func<string, long?> _freeSpace = freeSpace ?? FreeSpace;
    private long _tidiedAt;

    /// <summary>Told of each segment that was removed: its output's key, and why.</summary>
    public Action<string, string> Removed { get; set; } = (_, _) => { };

    /// <summary>Looks after what is there, and opens a sink that goes on in new segments.</summary>
    /// <param name="kind">The output's key.</param>
    /// <param name="names">What the files are called.</param>
    /// <param name="index">The path of the index.</param>
    /// <param name="format">What the files are.</param>
    /// <param name="open">Opens the sink of one segment.</param>
    /// <param name="holdsEvents">Whether events and the end of a stream stand in a segment even when no frame does.</param>
    /// <exception cref="EmitException">What is there cannot be read or written.</exception>
    public SegmentedSink Open(
        string kind, SegmentNames names, string index, SegmentFormat format, Func<string, IFrameSink> open, bool holdsEvents)
    {
        lock (_gate)
        {
            // On a full disk what is too old goes first, and then there is room for the index.
            OutputPlace.WithFolders(index);
            RecoveredParts.Recover(names, format, logger);
            var set = new SegmentSet(kind, names, SegmentIndex.Open(index, names.Find(), format.Describe));
            _sets[index] = set;
            Tidy();
            set.Index.Save(logger);
            return new SegmentedSink(this, set, rules, time, open, holdsEvents);
        }
    }

    /// <summary>A segment is whole.</summary>
    public void Add(SegmentSet set, Segment segment)
    {
        lock (_gate)
        {
            set.Index.Add(segment);
            Tidy();
            set.Index.Save(logger);
        }
    }

    /// <summary>Removes what is over the limits, if that was not looked at for a minute.</summary>
    public void TidySometimes()
    {
        if (time.GetElapsedTime(Volatile.Read(ref _tidiedAt)) >= Interval)
        {
            lock (_gate)
            {
                Tidy();
            }
        }
    }

    internal static long? FreeSpace(string folder)
    {
        try
        {
            return new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private void Tidy()
    {
        Volatile.Write(ref _tidiedAt, time.GetTimestamp());
        if (_sets.Count == 0 || rules.Keep == KeepRules.All)
        {
            return;
        }

        var free = rules.KeepFreeBytes is null ? null : _freeSpace(_sets.Values.First().Names.Folder);
        var open = _sets.Values.Sum(set => set.OpenPart is { } part ? FileState.Of(part)?.Length ?? 0 : 0);
        var all = _sets.Values.SelectMany(set => set.Index.Segments.Select(segment => (set, segment)));
        var removed = Retention.Choose(rules.Keep, all, item => StoredFile.Of(item.segment), time.GetUtcNow(), open, free)
            .TakeWhile(choice => TryRemove(choice.Item.set, choice.Item.segment, choice.Reason))
            .ToLookup(choice => choice.Item.set, choice => choice.Item.segment);
        foreach (var set in removed)
        {
            set.Key.Index.Remove([.. set]);
            set.Key.Index.Save(logger);
        }
    }

    private bool TryRemove(SegmentSet set, Segment segment, string reason)
    {
        var path = set.Names.PathOf(segment.Name);
        try
        {
            File.Delete(path);
            SegmentLog.Removed(logger, path, reason);
            Removed(set.Kind, reason);
            RemoveEmptyFolders(path, set.Names.Folder);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            // Somebody else has removed it.
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            SegmentLog.NotRemoved(logger, path, exception.Message);
            return false;
        }
    }

    /// <summary>A template may name a folder for each day.</summary>
    private static void RemoveEmptyFolders(string path, string folder)
    {
        var parent = Path.GetDirectoryName(path);
        while (parent is not null && parent.Length > folder.Length && !Directory.EnumerateFileSystemEntries(parent).Any())
        {
            Directory.Delete(parent);
            parent = Path.GetDirectoryName(parent);
        }
    }
}
