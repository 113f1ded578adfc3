using Streaming.Config.Run;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Emit.Segments;

/// <summary>
/// Writes a stream into one file after the other, through a sink of its own for each. A file is finished by the first frame that
/// belongs to the next one, on another thread, so that no frame waits for it; it has a temporary name until it is whole.
/// </summary>
internal sealed class SegmentedSink : IFrameSink
{
    private static readonly StreamSummary GoesOn =
        new(StreamEnd.Segment, null, 0, 0, new Dictionary<string, long>(), new Dictionary<string, long>());

    private readonly SegmentStore _store;
    private readonly SegmentSet _set;
    private readonly TimeProvider _time;
    private readonly Func<string, IFrameSink> _open;
    private readonly bool _holdsEvents;
    private readonly SegmentClock _clock;
    private readonly long? _maxBytes;
    private readonly string _description;
    private Task _finishing = Task.CompletedTask;
    private (OpenSegment Segment, string Path)? _current;
    private bool _isBroken;

    /// <param name="store">Gets the segments.</param>
    /// <param name="set">Where they belong.</param>
    /// <param name="rules">When they end.</param>
    /// <param name="time">The clock.</param>
    /// <param name="open">Opens the sink of one segment.</param>
    /// <param name="holdsEvents">Whether events and the end of a stream stand in a segment even when no frame does.</param>
    public SegmentedSink(
        SegmentStore store, SegmentSet set, SegmentSection rules, TimeProvider time, Func<string, IFrameSink> open,
        bool holdsEvents)
    {
        (_store, _set, _time, _open, _holdsEvents) = (store, set, time, open, holdsEvents);
        (_clock, _maxBytes, _description) = (new SegmentClock(rules.Every), rules.MaxBytes, set.Names.Description);
    }

    /// <inheritdoc/>
    public string Target => _current?.Segment.Target ?? _description;

    /// <inheritdoc/>
    public void Write(OutputFrame frame)
    {
        var at = frame.Result.Identity.CaptureTime;
        EndIfOver(at);
        Try(() => (_current ??= Begin(at)).Segment.Write(frame));
        _store.TidySometimes();
    }

    /// <inheritdoc/>
    public void Write(SourceEvent sourceEvent)
    {
        EndIfOver(sourceEvent.At);
        if (_holdsEvents || _current is not null)
        {
            Try(() => (_current ??= Begin(sourceEvent.At)).Segment.Write(sourceEvent));
        }
    }

    /// <inheritdoc/>
    public void Tick(DateTimeOffset now)
    {
        EndIfOver(now);
        if (_current is { } current)
        {
            Try(() => current.Segment.Tick(now));
        }

        _store.TidySometimes();
    }

    /// <inheritdoc/>
    public void Complete(StreamSummary summary)
    {
        Wait();
        if (_holdsEvents)
        {
            _current ??= Begin(_time.GetUtcNow());
        }

        Try(() => Finish(summary));
    }

    /// <summary>
    /// After an abort too the segment shall be whole; after a failure it is left to whoever opens the output next.
    /// </summary>
    public void Dispose()
    {
        try
        {
            Wait();
            if (!_isBroken)
            {
                Finish(GoesOn);
            }
        }
        catch (Exception exception) when (exception is EmitException or IOException)
        {
            // The part stays, and is found when the output is opened again.
        }

        _current?.Segment.Dispose();
        _set.OpenPart = null;
    }

    private void EndIfOver(DateTimeOffset at)
    {
        if (_finishing.IsFaulted)
        {
            Wait();
        }

        if (_current is not { } current || !(_clock.IsOver(at) || (_maxBytes is { } max && current.Segment.IsFull(max))))
        {
            return;
        }

        Wait();
        _current = null;
        _finishing = Task.Run(() => Finish(current.Segment, current.Path, GoesOn));
    }

    private (OpenSegment Segment, string Path) Begin(DateTimeOffset at)
    {
        var start = _clock.Begin(at);
        var name = _set.Names.Free(start);
        var part = _set.Names.PartOf(name);
        var segment = new OpenSegment(name, part, start, _set.Names.Run, _open(part));
        _set.OpenPart = part;
        return (segment, _set.Names.PathOf(name));
    }

    private void Finish(StreamSummary summary)
    {
        if (_current is { } current)
        {
            _current = null;
            Finish(current.Segment, current.Path, summary);
        }
    }

    private void Finish(OpenSegment segment, string path, StreamSummary summary)
    {
        if (segment.Finish(summary, path) is { } whole)
        {
            _store.Add(_set, whole);
        }
    }

    /// <summary>Waits for the segment before this one.</summary>
    /// <exception cref="EmitException">It could not be finished.</exception>
    private void Wait()
    {
        _finishing.GetAwaiter().GetResult();
    }

    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch
        {
            _isBroken = true;
            throw;
        }
    }
}
