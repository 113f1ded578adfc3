using Streaming.Stages.Emit.Kept;
using Streaming.Stages.Frames;
using Streaming.Stages.Packets;

namespace Streaming.Stages.Emit.Clips;

/// <summary>
/// Records the clips of one source. Frames say which there are; a camera's packets are copied on another thread, so that no frame
/// waits for a disk, and the ring holds them until then. A file's are copied in line: they come as fast as they are taken.
/// </summary>
/// <param name="rules">What is shown.</param>
/// <param name="ring">The source's packets.</param>
/// <param name="context">The source, and who is told.</param>
internal sealed class ClipRecorder(ClipRules rules, PacketRing ring, OutputContext context) : IDisposable
{
    /// <summary>How long a clip waits for its rest when no frame comes: a camera that is slow is not dead.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly EventFileNames _names = ClipsOutput.NamesOf(context.Source.Id, context.IsLive);
    private readonly Lock _gate = new();
    private readonly List<OpenClip> _open = [];
    private Task _work = Task.CompletedTask;
    private bool _isWorking;
    private bool _hasMore;
    private bool _hasFailed;

    /// <summary>The latest time that an open clip shows; null when none is open.</summary>
    public TimeSpan? End
    {
        get
        {
            lock (_gate)
            {
                return _open.Count == 0 ? null : _open.Max(clip => clip.End);
            }
        }
    }

    /// <summary>Takes the events of a frame, and ends the clips that it is beyond.</summary>
    /// <exception cref="EmitException">A clip could not be written.</exception>
    public void Take(FrameResult result)
    {
        lock (_gate)
        {
            foreach (var item in result.Events.Where(item => rules.Kinds.Contains(item.Kind)))
            {
                if (!_open.Exists(clip => clip.TryJoin(item)))
                {
                    Begin(item);
                }
            }
        }

        var (epoch, pts) = (result.Identity.Epoch, result.Identity.Pts);
        Close(clip => clip.Epoch != epoch || clip.IsOver(pts), clip => clip.Epoch < epoch);
    }

    /// <summary>Ends what the clock ends: perhaps no frame comes any more.</summary>
    /// <param name="now">UTC.</param>
    /// <param name="flush">Called first when that is so: packets may be on their way.</param>
    /// <exception cref="EmitException">A clip could not be written.</exception>
    public void Tick(DateTimeOffset now, Action flush)
    {
        bool IsLate(OpenClip clip) => clip.LastAt + rules.After + Patience < now;
        bool isAnyLate;
        lock (_gate)
        {
            isAnyLate = _open.Exists(IsLate);
        }

        if (isAnyLate)
        {
            flush();
        }

        Close(IsLate, IsLate);
    }

    /// <summary>The connection is lost: ends the clips of the epochs before the next one.</summary>
    /// <param name="next">The next epoch.</param>
    /// <exception cref="EmitException">A clip could not be written.</exception>
    public void EndEpochs(int next)
    {
        Close(clip => clip.Epoch < next, clip => clip.Epoch < next);
    }

    /// <summary>Finishes all clips.</summary>
    /// <exception cref="EmitException">One cannot be written.</exception>
    public void Complete()
    {
        Close(_ => true, _ => true);
        Task work;
        lock (_gate)
        {
            work = _work;
        }

        work.GetAwaiter().GetResult();
    }

    /// <summary>After an abort too clips shall be whole; after a failure they are left to whoever opens the output.</summary>
    public void Dispose()
    {
        ring.Added = () => { };
        try
        {
            Complete();
        }
        catch (EmitException)
        {
            // The first failure was told.
        }

        _open.ForEach(clip => clip.Dispose());
        _open.Clear();
    }

    /// <summary>Has packets copied if clips are open; returns at once for a camera.</summary>
    private void Schedule()
    {
        lock (_gate)
        {
            if (_open.Count == 0 || _hasFailed)
            {
                return;
            }

            _hasMore = true;
            if (_isWorking)
            {
                return;
            }

            _isWorking = true;
            if (context.IsLive)
            {
                _work = Task.Run(Work);
                return;
            }
        }

        Work();
    }

    private void Begin(ObjectEvent item)
    {
        var name = _names.Of(item);
        var path = Path.Combine(context.Place.Folder, name);
        _open.Add(new OpenClip(item, rules, path, name));
        ring.Added = Schedule;
    }

    private void Close(Func<OpenClip, bool> isOver, Func<OpenClip, bool> isCut)
    {
        if (_work.IsFaulted)
        {
            _work.GetAwaiter().GetResult();
        }

        lock (_gate)
        {
            foreach (var clip in _open.Where(isOver))
            {
                clip.Close(isCut(clip));
            }
        }

        Schedule();
    }

    private void Work()
    {
        try
        {
            while (TryBegin(out var clips))
            {
                foreach (var (clip, goal) in clips)
                {
                    if (clip.Copy(ring, goal))
                    {
                        Finish(clip);
                    }
                }
            }
        }
        catch
        {
            lock (_gate)
            {
                (_isWorking, _hasFailed) = (false, true);
            }

            throw;
        }
    }

    private bool TryBegin(out (OpenClip Clip, ClipGoal Goal)[] clips)
    {
        lock (_gate)
        {
            clips = _hasMore ? [.. _open.Select(clip => (clip, clip.Goal))] : [];
            (_isWorking, _hasMore) = (_hasMore, false);
            return _isWorking;
        }
    }

    private void Finish(OpenClip clip)
    {
        lock (_gate)
        {
            clip.Close(isCut: true);
            _open.Remove(clip);
        }

        using (clip)
        {
            if (clip.Lost > 0)
            {
                KeptLog.PacketsLost(context.Logger, context.Source.Id, clip.FirstEvent, clip.Lost);
            }

            if (clip.Finish() is { } saved)
            {
                Keep(clip);
                context.LateEvents.Tell(saved);
            }
            else
            {
                KeptLog.NothingThere(context.Logger, context.Source.Id, clip.FirstEvent);
            }
        }
    }

    /// <summary>What an earlier run has recorded whole stays as it is.</summary>
    private void Keep(OpenClip clip)
    {
        if (!context.IsLive && clip.End <= context.Earlier?.LastPts && File.Exists(clip.Path))
        {
            File.Delete(KeptFiles.PartOf(clip.Path));
        }
        else
        {
            context.Kept.Add(clip.Path);
        }
    }
}
