using System.Globalization;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Emit;

/// <summary>Writes what happens to a source and its objects, one JSON object a line.</summary>
internal sealed class EventsSink : IFrameSink
{
    private readonly JsonLineBuffer _line = new();
    private readonly LineFile _file;
    private readonly string _runId;
    private readonly string _sourceId;
    private readonly LateEvents? _late;
    private FrameIdentity? _last;

    /// <summary>Creates the file, or adds to one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="runId">The run.</param>
    /// <param name="sourceId">The source.</param>
    /// <param name="isAdded">Whether what is in the file stays.</param>
    /// <param name="late">Where events come from that are known after their frames; null for nowhere.</param>
    /// <exception cref="EmitException">It cannot be written.</exception>
    public EventsSink(string path, string runId, string sourceId, bool isAdded = false, LateEvents? late = null)
    {
        (_runId, _sourceId, _late) = (runId, sourceId, late);
        _file = new LineFile(path, isAdded ? FileMode.OpenOrCreate : FileMode.Create, isAdded ? null : 0);
    }

    /// <inheritdoc/>
    public string Target => _file.Path;

    /// <inheritdoc/>
    public void Write(OutputFrame frame)
    {
        _last = frame.Result.Identity;
        foreach (var item in frame.Result.Events)
        {
            Write(item);
        }

        WriteLate(_last.Index);
    }

    /// <inheritdoc/>
    public void Tick(DateTimeOffset now)
    {
        WriteLate();
    }

    /// <inheritdoc/>
    public void Write(SourceEvent sourceEvent)
    {
        if (Describe(sourceEvent) is { } item)
        {
            Write(item);
        }
    }

    /// <inheritdoc/>
    public void Complete(StreamSummary summary)
    {
        WriteLate();
        _file.Sync();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        _line.Dispose();
    }

    /// <summary>Null for what is no event of its own.</summary>
    private ObjectEvent? Describe(SourceEvent sourceEvent)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{_sourceId}-{sourceEvent.Epoch}");
        return sourceEvent.Kind switch
        {
            SourceEventKind.Disconnected => new ObjectEvent(
                $"{id}-lost",
                ObjectEventKind.SourceLost,
                _last?.Epoch ?? Math.Max(sourceEvent.Epoch - 1, 0),
                _last?.Pts ?? TimeSpan.Zero,
                sourceEvent.At)
            {
                Cause = sourceEvent.Error?.Code(),
            },
            SourceEventKind.Reconnected => new ObjectEvent(
                $"{id}-back", ObjectEventKind.SourceBack, sourceEvent.Epoch, TimeSpan.Zero, sourceEvent.At),
            _ => null,
        };
    }

    private void WriteLate(long? frame = null)
    {
        foreach (var item in _late?.Take(frame) ?? [])
        {
            Write(item);
        }
    }

    private void Write(ObjectEvent item)
    {
        _file.Write(_line.Format(json =>
        {
            json.WriteStartObject();
            json.WriteString("type", "event");
            json.WriteString("run_id", _runId);
            json.WriteString("source_id", _sourceId);
            ObjectEventJson.WriteMembers(json, item);
            json.WriteEndObject();
        }));
    }
}
