using Streaming.Config.Run;
using Streaming.Pipeline;
using Streaming.Server.Health;
using Streaming.Stages.Decode;
using Streaming.Stages.Emit;

namespace Streaming.Cli.Running;

/// <summary>
/// The sources of a run: live ones run all at once, files one after the other. Which ones there are may change while they run;
/// the others do not notice. Safe for any thread.
/// </summary>
/// <param name="pipeline">Where they run.</param>
/// <param name="createJob">
/// Makes the job of a source, null when nothing is left to do. Is told whether this run has started the source before: then its
/// outputs are gone on with, whatever is to become of those of other runs.
/// </param>
internal sealed class RunningSources(VideoPipeline pipeline, Func<SourceConfig, bool, SourceJob?> createJob)
{
    /// <summary>Whether the run goes on when all sources have ended: others may come, until it is stopped.</summary>
    public bool StaysOpen { get; init; }

    private readonly Lock _gate = new();
    private readonly Dictionary<string, SourceHandle> _started = new(StringComparer.Ordinal);
    private readonly HashSet<string> _everStarted = new(StringComparer.Ordinal);
    private readonly List<SourceConfig> _waiting = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IReadOnlyList<SourceConfig> _wanted = [];
    private SourceHandle? _file;
    private int _changes;
    private bool _isStopped;

    /// <summary>The sources, in the order in which the user named them.</summary>
    public IReadOnlyList<SourceConfig> Wanted
    {
        get
        {
            lock (_gate)
            {
                return _wanted;
            }
        }
    }

    /// <summary>The sources that are wanted but not there: paused, waiting for their turn, or with nothing left to do.</summary>
    public IReadOnlyList<IdleSource> Idle
    {
        get
        {
            lock (_gate)
            {
                return
                [
                    .. _wanted.Where(source => !_started.ContainsKey(source.Id)).Select(source => new IdleSource(
                        source.Id,
                        source.IsPaused ? IdleSource.Paused : _waiting.Contains(source) ? IdleSource.Opening : IdleSource.Ended,
                        StreamAddress.Show(source.Input))),
                ];
            }
        }
    }

    /// <summary>Whether a file is not processed to its end, and will not be.</summary>
    public bool HasUnfinishedFiles
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count > 0 || _wanted.Any(source => IsFile(source)
                    && _started.TryGetValue(source.Id, out var handle)
                    && handle.Status is { HasEnded: true, Counts.End: StreamEnd.Stopped });
            }
        }
    }

    /// <summary>Whether this run has started a source of that name, perhaps one that is gone.</summary>
    public bool WasStarted(string id)
    {
        lock (_gate)
        {
            return _everStarted.Contains(id);
        }
    }

    /// <summary>Whether a source has failed for good.</summary>
    public bool HasFailed(string id)
    {
        lock (_gate)
        {
            return _started.TryGetValue(id, out var handle) && handle.Status.State == SourceState.Failed;
        }
    }

    /// <summary>Starts the sources, and ends when all have ended.</summary>
    /// <param name="sources">The sources.</param>
    /// <param name="stop">Asks all to end.</param>
    /// <returns>How each one ended that was started and not removed, in order.</returns>
    /// <exception cref="OperationCanceledException">The pipeline was aborted.</exception>
    public async Task<IReadOnlyList<SourceStatus>> RunAsync(IReadOnlyList<SourceConfig> sources, CancellationToken stop)
    {
        using (var onStop = stop.Register(Stop))
        {
            await ChangeAsync(sources, []).ConfigureAwait(false);
            await _ended.Task.ConfigureAwait(false);
        }

        SourceHandle[] handles;
        lock (_gate)
        {
            handles = [.. _wanted.Select(source => _started.GetValueOrDefault(source.Id)).OfType<SourceHandle>()];
        }

        return await Task.WhenAll(handles.Select(handle => handle.Completion)).ConfigureAwait(false);
    }

    /// <summary>Removes, restarts and adds sources, so that those run that are wanted.</summary>
    /// <param name="wanted">All sources that are wanted now.</param>
    /// <param name="restarted">The names of those among them that are stopped first, if they run.</param>
    public async Task ChangeAsync(IReadOnlyList<SourceConfig> wanted, IReadOnlyCollection<string> restarted)
    {
        string[] removed;
        lock (_gate)
        {
            _changes++;
            var kept = wanted.Select(source => source.Id).Except(restarted).ToHashSet(StringComparer.Ordinal);
            removed = [.. _wanted.Select(source => source.Id).Where(id => !kept.Contains(id))];
            _waiting.RemoveAll(source => !kept.Contains(source.Id));
        }

        try
        {
            await Task.WhenAll(removed.Select(RemoveAsync)).ConfigureAwait(false);
            lock (_gate)
            {
                Take(wanted, _wanted.Select(source => source.Id).Except(removed).ToHashSet(StringComparer.Ordinal));
            }
        }
        finally
        {
            lock (_gate)
            {
                _changes--;
                GoOn();
            }
        }
    }

    private void Take(IReadOnlyList<SourceConfig> wanted, HashSet<string> known)
    {
        _wanted = wanted;
        foreach (var source in wanted.Where(source => !source.IsPaused && !known.Contains(source.Id)))
        {
            if (IsFile(source))
            {
                _waiting.Add(source);
            }
            else if (!_isStopped)
            {
                Start(source);
            }
        }
    }

    private static bool IsFile(SourceConfig source)
    {
        return source.WhenFull == FullMode.Wait;
    }

    private async Task RemoveAsync(string id)
    {
        await pipeline.RemoveAsync(id).ConfigureAwait(false);
        lock (_gate)
        {
            _started.Remove(id);
        }
    }

    private void Stop()
    {
        lock (_gate)
        {
            _isStopped = true;
            foreach (var handle in _started.Values)
            {
                handle.Stop();
            }

            GoOn();
        }
    }

    private SourceHandle? Start(SourceConfig source)
    {
        if (createJob(source, !_everStarted.Add(source.Id)) is not { } job)
        {
            return null;
        }

        var handle = _started[source.Id] = pipeline.Add(job);
        handle.Completion.ContinueWith(
            _ => Ended(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return handle;
    }

    private void Ended()
    {
        lock (_gate)
        {
            GoOn();
        }
    }

    /// <summary>Starts the next file, or notices that nothing is left.</summary>
    private void GoOn()
    {
        while (!_isStopped && _waiting.Count > 0 && _file is not { Completion.IsCompleted: false })
        {
            var next = _waiting[0];
            _waiting.RemoveAt(0);
            _file = Start(next);
        }

        // A paused camera may be wanted again; a paused file keeps nobody waiting.
        var mayGoOn = !_isStopped && (StaysOpen || _wanted.Any(source => source.IsPaused && !IsFile(source)));
        if (_changes == 0 && !mayGoOn && _started.Values.All(handle => handle.Completion.IsCompleted))
        {
            _ended.TrySetResult();
        }
    }
}
