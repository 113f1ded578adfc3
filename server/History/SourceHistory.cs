using Streaming.Pipeline;

namespace Streaming.Server.History;

/// <summary>
/// Looks at all sources every ten seconds, and remembers an hour of each. A source that is gone is forgotten; one that comes back
/// at once, since a setting was changed, keeps its past.
/// </summary>
internal sealed class SourceHistory : IDisposable
{
    /// <summary>The time between two points.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>Most points of a source.</summary>
    public const int MaxPoints = 360;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (SourceLook Last, Queue<HistoryPoint> Points)> _sources = new(StringComparer.Ordinal);
    private readonly Func<VideoPipeline?> _pipeline;
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly ITimer _timer;

    /// <param name="pipeline">Gives the pipeline once there is one.</param>
    /// <param name="time">The clock.</param>
    public SourceHistory(Func<VideoPipeline?> pipeline, TimeProvider time)
    {
        (_pipeline, _time, _start) = (pipeline, time, time.GetTimestamp());
        _timer = time.CreateTimer(_ => Look(), null, Interval, Interval);
    }

    /// <summary>The points of a source, the oldest first; none when it is not known.</summary>
    /// <param name="id">The source's name.</param>
    public IReadOnlyList<HistoryPoint> Of(string id)
    {
        lock (_gate)
        {
            return _sources.TryGetValue(id, out var source) ? [.. source.Points] : [];
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
    }

    private void Look()
    {
        lock (_gate)
        {
            var looks = Looks();
            foreach (var gone in _sources.Keys.Except(looks.Select(look => look.Status.Id)).ToList())
            {
                _sources.Remove(gone);
            }

            foreach (var look in looks)
            {
                var isKnown = _sources.TryGetValue(look.Status.Id, out var source);
                var points = isKnown ? source.Points : new Queue<HistoryPoint>();
                if (points.Count == MaxPoints)
                {
                    points.Dequeue();
                }

                points.Enqueue(HistoryPoint.Between(look, isKnown ? source.Last : null));
                _sources[look.Status.Id] = (look, points);
            }
        }
    }

    private SourceLook[] Looks()
    {
        var (at, timestamp) = (_time.GetUtcNow(), _time.GetElapsedTime(_start));
        return
        [
            .. (_pipeline()?.Measured ?? []).Select(
                source => new SourceLook(at, timestamp, source.Handle, source.Handle.Status, source.Metrics.Figures())),
        ];
    }
}
