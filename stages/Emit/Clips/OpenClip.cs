using Streaming.Stages.Frames;
using Streaming.Stages.Packets;

namespace Streaming.Stages.Emit.Clips;

/// <summary>How far a clip may be copied.</summary>
/// <param name="End">The time in the source.</param>
/// <param name="IsClosed">Whether it ends there.</param>
/// <param name="IsCut">Whether it ends with what is there, at the latest.</param>
internal readonly record struct ClipGoal(TimeSpan End, bool IsClosed, bool IsCut);

/// <summary>
/// A clip that is being recorded. Frames decide how long it is, and another thread copies its packets; <see cref="ClipRecorder"/>
/// keeps both apart.
/// </summary>
/// <param name="first">Its first event.</param>
/// <param name="rules">How much is shown.</param>
/// <param name="path">The file when it is whole.</param>
/// <param name="name">Its path in the output folder.</param>
internal sealed class OpenClip(ObjectEvent first, ClipRules rules, string path, string name) : IDisposable
{
    private const int Batch = 64;

    private readonly TimeSpan _start = first.Pts - rules.Before;
    private readonly TimeSpan _limit = first.Pts - rules.Before + rules.Max;
    private readonly List<string> _events = [first.Id];
    private ClipFile? _file;
    private long? _next;

    /// <summary>The file when it is whole.</summary>
    public string Path => path;

    /// <summary>The source's epoch.</summary>
    public int Epoch => first.Epoch;

    /// <summary>The first event's id.</summary>
    public string FirstEvent => first.Id;

    /// <summary>The time in the source that it ends at.</summary>
    public TimeSpan End { get; private set; } = first.Pts + rules.After;

    /// <summary>When its last event was, UTC.</summary>
    public DateTimeOffset LastAt { get; private set; } = first.At;

    /// <summary>Whether no event is added any more.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Whether no packet comes any more.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Packets that were gone before they were copied.</summary>
    public long Lost { get; private set; }

    /// <summary>Takes an event up if it belongs to what is shown, and fits.</summary>
    public bool TryJoin(ObjectEvent item)
    {
        var end = item.Pts + rules.After;
        if (IsClosed || item.Epoch != Epoch || item.Pts < _start || item.Pts - rules.Before >= End || end > _limit)
        {
            return false;
        }

        _events.Add(item.Id);
        (End, LastAt) = (end > End ? end : End, item.At > LastAt ? item.At : LastAt);
        return true;
    }

    /// <summary>
    /// Whether no event of a frame at a time, or later, can belong to it: one that comes soon after its end may show the same
    /// moments before.
    /// </summary>
    public bool IsOver(TimeSpan pts)
    {
        return pts >= End && (pts >= End + rules.Before || pts + rules.After > _limit);
    }

    /// <summary>No event is added any more.</summary>
    /// <param name="isCut">Whether no packet comes any more either.</param>
    public void Close(bool isCut)
    {
        (IsClosed, IsCut) = (true, IsCut || isCut);
    }

    /// <summary>How far it may be copied now.</summary>
    public ClipGoal Goal => new(End, IsClosed, IsCut);

    /// <summary>Copies what has come.</summary>
    /// <param name="ring">The source's packets.</param>
    /// <param name="goal">How far.</param>
    /// <returns>Whether it is complete.</returns>
    /// <exception cref="EmitException">The disk is full, for example.</exception>
    public bool Copy(PacketRing ring, ClipGoal goal)
    {
        _next ??= ring.FindStart(Epoch, _start);
        while (_next is { } next && ring.Read(next, Batch) is { Count: > 0 } packets)
        {
            foreach (var stored in packets)
            {
                if (stored.Epoch != Epoch || _file?.Format.IsSame(stored.Format) == false)
                {
                    // Another stream: a player could not go on with it.
                    return true;
                }

                if (stored.Packet.Dts > goal.End)
                {
                    return goal.IsClosed;
                }

                Lost += stored.Number - _next!.Value;
                _next = stored.Number + 1;
                _file ??= new ClipFile(Kept.KeptFiles.PartOf(path), stored.Format);
                _file.Add(stored.Packet);
            }
        }

        return goal.IsCut;
    }

    /// <summary>Makes the file whole; it keeps its temporary name.</summary>
    /// <returns>The event that tells it; null when nothing was there to be shown.</returns>
    /// <exception cref="EmitException">The disk is full, for example.</exception>
    public ObjectEvent? Finish()
    {
        return _file?.Begin is { } begin && _file.Finish() ? Describe(begin) : null;
    }

    /// <summary>The event that tells the whole clip: its time is that of the clip's first frame.</summary>
    /// <param name="begin">The first frame's time in the source.</param>
    public ObjectEvent Describe(TimeSpan begin)
    {
        return new ObjectEvent($"{first.Id}-clip", ObjectEventKind.ClipSaved, Epoch, begin, first.At - (first.Pts - begin))
        {
            Clip = name,
            Events = [.. _events],
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file?.Dispose();
    }
}
