using Microsoft.Extensions.Logging;

namespace Streaming.Pipeline.Supervision;

/// <summary>
/// Notices work that hangs in native code (the network, an output), names it in the log and counts it. Such work cannot be
/// interrupted; while it hangs the pipeline is not alive, and a supervisor that looks at /healthz/live restarts it. Sources have
/// a watchdog of their own that replaces them: <see cref="Stages.Decode.WatchedSource"/>.
/// </summary>
internal sealed class Watchdog : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<Watch> _watches = [];
    private readonly TimeSpan _limit;
    private readonly Action<string> _onStall;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ITimer _timer;

    /// <param name="limit">Work that takes longer counts as hung.</param>
    /// <param name="onStall">Called with the stage, once per hang.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told once per hang.</param>
    public Watchdog(TimeSpan limit, Action<string> onStall, TimeProvider time, ILogger logger)
    {
        (_limit, _onStall, _time, _logger) = (limit, onStall, time, logger);
        _timer = time.CreateTimer(_ => Look(), null, limit / 4, limit / 4);
    }

    /// <summary>What hangs at the moment, and for how long.</summary>
    public IReadOnlyList<(string What, TimeSpan For)> Hanging
    {
        get
        {
            lock (_gate)
            {
                return [.. _watches.Select(watch => (watch.What, watch.BusyFor(_time))).Where(item => item.Item2 > _limit)];
            }
        }
    }

    /// <summary>Begins to watch something; dispose it when it is gone.</summary>
    /// <param name="stage">For the metrics.</param>
    /// <param name="what">For people.</param>
    public Watch Add(string stage, string what)
    {
        var watch = new Watch(this, stage, what, _time);
        lock (_gate)
        {
            _watches.Add(watch);
        }

        return watch;
    }

    public void Dispose()
    {
        _timer.Dispose();
    }

    private void Look()
    {
        Watch[] watches;
        lock (_gate)
        {
            watches = [.. _watches];
        }

        foreach (var watch in watches)
        {
            if (watch.BusyFor(_time) is var busy && busy > _limit && watch.TellOnce())
            {
                PipelineLog.Hangs(_logger, watch.What, busy.TotalSeconds);
                _onStall(watch.Stage);
            }
        }
    }

    private void Remove(Watch watch)
    {
        lock (_gate)
        {
            _watches.Remove(watch);
        }
    }

    /// <summary>One worker's clock: runs while it works.</summary>
    public sealed class Watch(Watchdog owner, string stage, string what, TimeProvider time) : IDisposable
    {
        private long _since;
        private int _isTold;

        public string Stage { get; } = stage;

        public string What { get; } = what;

        public void Begin()
        {
            Volatile.Write(ref _isTold, 0);
            Volatile.Write(ref _since, Math.Max(time.GetTimestamp(), 1));
        }

        public void End()
        {
            Volatile.Write(ref _since, 0);
        }

        public TimeSpan BusyFor(TimeProvider clock)
        {
            return Volatile.Read(ref _since) is var since and not 0 ? clock.GetElapsedTime(since) : TimeSpan.Zero;
        }

        public bool TellOnce()
        {
            return Interlocked.Exchange(ref _isTold, 1) == 0;
        }

        public void Dispose()
        {
            owner.Remove(this);
        }
    }
}
