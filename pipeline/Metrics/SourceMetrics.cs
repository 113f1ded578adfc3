using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Prometheus;
using Streaming.Pipeline.Flow;
using Streaming.Pipeline.Sources;
using Streaming.Stages.Frames;

namespace Streaming.Pipeline.Metrics;

/// <summary>One source's series. They are looked up once: counting a frame costs an addition.</summary>
internal sealed class SourceMetrics : ISourceObserver
{
    private readonly PipelineMetrics _metrics;
    private readonly string _id;
    private readonly Counter.Child _decoded;
    private readonly Counter.Child _emitted;
    private readonly Counter.Child _gated;
    private readonly Gauge.Child _inFlight;
    private readonly Gauge.Child _up;
    private readonly Gauge.Child _lastFrame;
    private readonly Gauge.Child _lag;
    private readonly Histogram.Child _endToEnd;
    private readonly ConcurrentDictionary<(string Stage, string Reason), Counter.Child> _dropped = new();
    private readonly ConcurrentDictionary<string, Counter.Child> _failed = new();
    private readonly ConcurrentDictionary<string, Counter.Child> _detections = new();
    private readonly ConcurrentDictionary<string, Counter.Child> _reconnects = new();
    private readonly ConcurrentDictionary<string, Counter.Child> _tracksStarted = new();
    private readonly ConcurrentDictionary<string, Gauge.Child> _tracksActive = new();
    private readonly Dictionary<string, int> _trackCounts = [];
    private readonly Gauge.Child[] _states;
    private readonly Counter.Child _stalls;
    private readonly StageLatency _latency = new();
    private readonly ZoneMetrics _zones;

    /// <param name="metrics">The families.</param>
    /// <param name="job">The source.</param>
    public SourceMetrics(PipelineMetrics metrics, SourceJob job)
    {
        var id = job.Id;
        (_metrics, _id, _zones) = (metrics, id, new ZoneMetrics(metrics, id, job.Zones, job.Lines));
        _decoded = metrics.FramesDecoded.WithLabels(id);
        _emitted = metrics.FramesEmitted.WithLabels(id);
        _gated = metrics.FramesGated.WithLabels(id);
        _inFlight = metrics.FramesInFlight.WithLabels(id);
        _up = metrics.SourceUp.WithLabels(id);
        _lastFrame = metrics.SourceLastFrame.WithLabels(id);
        _lag = metrics.CaptureLag.WithLabels(id);
        _endToEnd = metrics.EndToEnd.WithLabels(id);
        _stalls = metrics.SourceStalls.WithLabels(id);
        _states =
        [
            .. Enum.GetValues<SourceState>()
                .Select(state => metrics.SourceState.WithLabels(id, state.ToString().ToLowerInvariant())),
        ];
    }

    /// <summary>What was measured so far, for programs that show it themselves.</summary>
    public SourceFigures Figures()
    {
        var (zones, lines) = _zones.Figures();
        return new SourceFigures(_latency.Read(), zones, lines);
    }

    /// <inheritdoc/>
    public void Entered(SourceState state)
    {
        for (var i = 0; i < _states.Length; i++)
        {
            _states[i].Set(i == (int)state ? 1 : 0);
        }

        _up.Set(state == SourceState.Running ? 1 : 0);
    }

    /// <inheritdoc/>
    public void Noticed(SourceEvent sourceEvent)
    {
        if (sourceEvent.Kind is SourceEventKind.OpenFailed or SourceEventKind.Disconnected)
        {
            Child(_reconnects, _metrics.SourceReconnects, sourceEvent.Error?.Code() ?? "").Inc();
            if (sourceEvent.Error == DecodeError.Stalled)
            {
                _stalls.Inc();
            }
        }
    }

    /// <inheritdoc/>
    public void Decoded(long frames, DateTimeOffset at)
    {
        _decoded.Inc(frames);
        _inFlight.Inc(frames);
        _lastFrame.Set(at.ToUnixTimeMilliseconds() / 1000.0);
    }

    /// <inheritdoc/>
    public void Ended(FrameOutcome outcome, long frames)
    {
        _inFlight.Dec(frames);
        switch (outcome.Status)
        {
            case FrameStatus.Ok:
                _emitted.Inc(frames);
                break;
            case FrameStatus.Dropped:
                var key = (DropReason.StageOf(outcome.Reason), outcome.Reason);
                _dropped
                    .GetOrAdd(
                        key,
                        static (key, self) => self._metrics.FramesDropped.WithLabels(self._id, key.Stage, key.Reason),
                        this)
                    .Inc(frames);
                break;
            default:
                Child(_failed, _metrics.FrameErrors, outcome.Reason).Inc(frames);
                break;
        }
    }

    /// <inheritdoc/>
    public void Emitted(TimeSpan endToEnd, TimeSpan lag, FrameResult result)
    {
        _endToEnd.Observe(endToEnd.TotalSeconds);
        _lag.Set(lag.TotalSeconds);
        if (result.IsGated)
        {
            _gated.Inc();
        }

        _zones.Told(result.Events);
        var detections = result.Detections;
        for (var i = 0; i < detections.Count; i++)
        {
            if (detections[i].Track is not { IsPredicted: true })
            {
                Child(_detections, _metrics.Detections, detections[i].Category.Name).Inc();
            }
        }

        if (result.Outcome.Status == FrameStatus.Ok)
        {
            _latency.Add(result, endToEnd);
            CountTracks(result);
        }
    }

    /// <summary>The source was removed: its series go with it.</summary>
    public void Remove()
    {
        _decoded.Remove();
        _emitted.Remove();
        _gated.Remove();
        _inFlight.Remove();
        _up.Remove();
        _lastFrame.Remove();
        _lag.Remove();
        _endToEnd.Remove();
        _stalls.Remove();
        _zones.Remove();
        foreach (var state in _states)
        {
            state.Remove();
        }

        foreach (var child in _dropped.Values.Concat(_failed.Values).Concat(_detections.Values).Concat(_reconnects.Values)
            .Concat(_tracksStarted.Values))
        {
            child.Remove();
        }

        foreach (var child in _tracksActive.Values)
        {
            child.Remove();
        }
    }

    /// <summary>One thread at a time, since a source's frames are emitted in order.</summary>
    private void CountTracks(FrameResult result)
    {
        foreach (var category in result.StartedTracks)
        {
            Child(_tracksStarted, _metrics.TracksStarted, category.Name).Inc();
            _trackCounts.TryAdd(category.Name, 0);
        }

        if (_trackCounts.Count == 0)
        {
            return;
        }

        foreach (var name in _trackCounts.Keys)
        {
            _trackCounts[name] = 0;
        }

        foreach (var detection in result.Detections)
        {
            if (detection.Track is not null)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(_trackCounts, detection.Category.Name, out _)++;
            }
        }

        foreach (var (name, count) in _trackCounts)
        {
            _tracksActive.GetOrAdd(name, static (name, self) => self._metrics.TracksActive.WithLabels(self._id, name), this)
                .Set(count);
        }
    }

    private Counter.Child Child(ConcurrentDictionary<string, Counter.Child> children, Counter family, string label)
    {
        return children.TryGetValue(label, out var child) ? child : children.GetOrAdd(label, family.WithLabels(_id, label));
    }
}
