using Streaming.Model.Structures;
using Streaming.Pipeline.Metrics;
using Streaming.Pipeline.Supervision;
using Streaming.Stages.Decode;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;
using Streaming.Stages.Render;

namespace Streaming.Pipeline.Flow;

/// <summary>A source's outputs. The first one that fails ends them all: a source's outputs show the same frames. Used by one thread at a time.</summary>
internal sealed class Outlet : IDisposable
{
    private readonly IReadOnlyList<IFrameSink> _sinks;
    private readonly SourceInfo _source;
    private readonly bool _isLive;
    private readonly PipelineMetrics _metrics;
    private readonly SourceMetrics _sourceMetrics;
    private readonly Watchdog.Watch _watch;
    private readonly TimeProvider _time;
    private readonly Prometheus.Counter.Child[] _records;
    private readonly Prometheus.Histogram.Child _duration;
    private readonly Annotator? _annotator;
    private FrameIdentity? _last;
    private ImageSize _size;

    public Outlet(
        string id, IReadOnlyList<IFrameSink> sinks, SourceInfo source, bool isLive, (PipelineMetrics All, SourceMetrics Source) metrics, Watchdog watchdog, TimeProvider time, Annotator? annotator)
    {
        (_sinks, _source, _isLive, (_metrics, _sourceMetrics), _time, _annotator) = (sinks, source, isLive, metrics, time, annotator);
        _watch = watchdog.Add("sink", $"{id}: an output ({string.Join(", ", sinks.Select(sink => sink.Target))})");
        _records = [.. sinks.Select(sink => _metrics.SinkRecords.WithLabels(KindOf(sink)))];
        _duration = _metrics.StageDuration.WithLabels("sink");
        _size = source.Size;
    }

    /// <summary>Why an output failed; null while all work.</summary>
    public string? Error { get; private set; }

    /// <summary>Gives a frame to every output.</summary>
    /// <returns>How the frame ended.</returns>
    public FrameOutcome Write(WorkItem item)
    {
        if (Error is not null)
        {
            return FrameOutcome.Failed("sink", Error);
        }

        var identity = item.Frame.Identity;
        if (item.Frame.Pixels.Size != _size)
        {
            _size = item.Frame.Pixels.Size;
            if (_isLive)
            {
                Write(new SourceEvent(SourceEventKind.ResolutionChanged, identity.Epoch, identity.CaptureTime));
            }
        }

        var started = _time.GetTimestamp();
        var timings = new FrameTimings(
            item.DecodeTime, item.PreprocessTime, item.BatchWait, item.InferTime, item.PostprocessTime, _time.GetElapsedTime(item.DecodedAt, started));
        var result = new FrameResult(identity, item.Frame.Pixels.Size, item.Outcome, item.Detections, timings) { DroppedBefore = DroppedBefore(identity) };
        _last = identity;
        using var frame = new OutputFrame(item.Frame, result, _annotator);
        if (!Try(sink => sink.Write(frame)))
        {
            return FrameOutcome.Failed("sink", Error!);
        }

        foreach (var records in _records)
        {
            records.Inc();
        }

        var ended = _time.GetTimestamp();
        _duration.Observe(_time.GetElapsedTime(started, ended).TotalSeconds);
        _sourceMetrics.Emitted(_time.GetElapsedTime(item.DecodedAt, ended), _time.GetUtcNow() - identity.CaptureTime, result.Detections);
        return item.Outcome;
    }

    /// <summary>Gives something that happened to the source to every output.</summary>
    public void Write(SourceEvent sourceEvent)
    {
        if (Error is null)
        {
            Try(sink => sink.Write(sourceEvent));
        }
    }

    /// <summary>Finishes every output, also those that failed, as well as it goes.</summary>
    /// <returns>How the stream ended, with an output's failure.</returns>
    public StreamSummary Complete(StreamSummary summary)
    {
        foreach (var sink in _sinks)
        {
            _watch.Begin();
            try
            {
                sink.Complete(summary);
            }
            catch (Exception exception)
            {
                // The first error is the one that is told.
                summary = summary with { End = StreamEnd.Error, Error = summary.Error ?? exception.Message };
                _metrics.SinkErrors.WithLabels(KindOf(sink)).Inc();
            }

            _watch.End();
        }

        return summary;
    }

    public void Dispose()
    {
        _watch.Dispose();
        foreach (var sink in _sinks)
        {
            sink.Dispose();
        }
    }

    /// <summary>The kind of an output, for the metrics: "jsonlines", "h264video".</summary>
    private static string KindOf(IFrameSink sink)
    {
        var name = sink.GetType().Name;
        return (name.EndsWith("Sink", StringComparison.Ordinal) ? name[..^4] : name).ToLowerInvariant();
    }

    private bool Try(Action<IFrameSink> write)
    {
        foreach (var sink in _sinks)
        {
            _watch.Begin();
            try
            {
                write(sink);
            }
            catch (Exception exception)
            {
                // One bad output must not stop the other sources; this source ends with the reason.
                Error = exception.Message;
                _metrics.SinkErrors.WithLabels(KindOf(sink)).Inc();
                return false;
            }
            finally
            {
                _watch.End();
            }
        }

        return true;
    }

    /// <summary>The frames missing between the last one and this.</summary>
    private long DroppedBefore(FrameIdentity identity)
    {
        return _last is { } last && last.Epoch == identity.Epoch ? ((identity.Index - last.Index) / (_source.Range?.Stride ?? 1)) - 1
            : _isLive ? identity.Index
            : 0;
    }
}
