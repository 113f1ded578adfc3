using Streaming.Stages.Frames;

namespace Streaming.Stages.Emit.Segments;

/// <summary>A segment that is being written, and what the index will say about it.</summary>
/// <param name="name">Its name when it is whole.</param>
/// <param name="part">Its file until then.</param>
/// <param name="start">The time that it covers from.</param>
/// <param name="runId">The run.</param>
/// <param name="sink">Writes the file; this owns it.</param>
internal sealed class OpenSegment(string name, string part, DateTimeOffset start, string runId, IFrameSink sink) : IDisposable
{
    private SegmentFrame? _first;
    private SegmentFrame? _last;
    private DateTimeOffset? _end;
    private long _frames;
    private long _dropped;
    private long _length;
    private long _largestStep;

    /// <summary>What the sink writes to.</summary>
    public string Target => sink.Target;

    /// <summary>Writes a frame.</summary>
    public void Write(OutputFrame frame)
    {
        sink.Write(frame);
        var identity = frame.Result.Identity;
        _last = new SegmentFrame(identity.Epoch, identity.Index);
        _first ??= _last;
        _end = identity.CaptureTime;
        _frames++;
        _dropped += frame.Result.DroppedBefore;
    }

    /// <summary>Writes an event.</summary>
    public void Write(SourceEvent sourceEvent)
    {
        sink.Write(sourceEvent);
    }

    /// <summary>Lets the sink do what the clock wants.</summary>
    public void Tick(DateTimeOffset now)
    {
        sink.Tick(now);
    }

    /// <summary>Whether one more frame could take the file over a size: by as much as the largest step was so far.</summary>
    public bool IsFull(long maxBytes)
    {
        var length = FileState.Of(part)?.Length ?? 0;
        (_largestStep, _length) = (Math.Max(_largestStep, length - _length), length);
        return _frames > 0 && _length + _largestStep > maxBytes;
    }

    /// <summary>Makes it whole and gives it its name.</summary>
    /// <param name="summary">How the stream, or this piece of it, ended.</param>
    /// <param name="path">Its path from then on; nothing is there.</param>
    /// <returns>What the index says; null when nothing was written.</returns>
    /// <exception cref="EmitException">It cannot be finished: it stays as it is.</exception>
    public Segment? Finish(StreamSummary summary, string path)
    {
        using (sink)
        {
            sink.Complete(summary);
        }

        try
        {
            var bytes = new FileInfo(part).Length;
            if (bytes == 0)
            {
                File.Delete(part);
                return null;
            }

            // A power cut may undo this: the part is whole, and gets its name when it is found.
            File.Move(part, path);
            return new Segment(name, start, _end ?? start, bytes)
            {
                RunId = runId,
                First = _first,
                Last = _last,
                Frames = _frames,
                Dropped = _dropped,
            };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw EmitException.For(path, exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        sink.Dispose();
    }
}
