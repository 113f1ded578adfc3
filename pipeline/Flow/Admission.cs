using Streaming.Config.Run;
using Streaming.Stages.Frames;

namespace Streaming.Pipeline.Flow;

/// <summary>
/// Decides which frame enters the graph. Two rules: a source has a fixed number of credits, so that memory is bounded and a slow
/// output slows its own source alone; and where the newest frame counts, the graph admits no more frames than it can finish in a
/// quarter of a second, besides those in the network. The other sources wait in line, each with its newest frame,
/// so that a result is hardly older than the time that the slowest stage needs for it, however many cameras there are.
/// </summary>
/// <remarks>
/// All state, that of the sources' gates and of the leases too, is guarded by one lock. Frames enter the graph under it, since a
/// frame that waited and the source's next one would otherwise race for the order; entering never blocks. What the graph refuses
/// is ended after the lock is left. The window follows Little's law: frames inside = throughput x time inside. Throughput is
/// counted over the time in which frames were in the graph, so a lull does not make it look slow.
/// </remarks>
internal sealed class Admission
{
    /// <summary>How long a frame may wait inside the graph.</summary>
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(250);

    private const int Unbounded = int.MaxValue / 4;

    private readonly Lock _gate = new();
    private readonly Queue<SourceGate> _line = new();
    private readonly int _atOnce;
    private readonly int _workers;
    private readonly Func<WorkItem, bool> _enter;
    private readonly TimeProvider _time;

    private int _beforeNetwork;
    private int _inGraph;

    /// <summary>Frames that may be inside besides those that are worked on.</summary>
    private int _ahead;

    /// <summary>What the throughput is counted from: frames that left, and for how long there were any inside.</summary>
    private int _left;
    private TimeSpan _busy;
    private long _busySince;

    /// <param name="atOnce">How many frames the network works on at once, at least 1.</param>
    /// <param name="workers">How many frames the other stages work on at once, at least 1.</param>
    /// <param name="enter">Hands a frame to the graph; must not block; returns false once the graph takes no more.</param>
    /// <param name="time">The clock.</param>
    public Admission(int atOnce, int workers, Func<WorkItem, bool> enter, TimeProvider time)
    {
        // Before anything is measured, enough to keep every worker busy.
        (_atOnce, _workers, _ahead, _enter, _time) = (atOnce, workers, workers, enter, time);
    }

    /// <summary>Whether the window has room for a frame.</summary>
    private bool HasRoom => _beforeNetwork < _atOnce + _ahead && _inGraph < _atOnce + _ahead + _workers;

    /// <summary>Opens a gate for a source.</summary>
    /// <param name="credits">How many frames of the source may be in flight, at least 1.</param>
    /// <param name="mode">What happens to a frame when none of them is free.</param>
    public SourceGate Open(int credits, FullMode mode)
    {
        return new SourceGate(this, credits, mode);
    }

    /// <summary>See <see cref="SourceGate.Take"/>.</summary>
    public Lease Take(SourceGate gate, CancellationToken cancellationToken)
    {
        TaskCompletionSource<Lease> taker;
        lock (_gate)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (gate.Taken < gate.Credits)
            {
                return NewLease(gate, isWindowed: false);
            }

            taker = gate.Taker = new TaskCompletionSource<Lease>(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        using var registration = cancellationToken.Register(() =>
        {
            lock (_gate)
            {
                if (gate.Taker == taker)
                {
                    gate.Taker = null;
                    taker.SetCanceled(cancellationToken);
                }
            }
        });
        return taker.Task.GetAwaiter().GetResult();
    }

    /// <summary>See <see cref="SourceGate.Enter"/>.</summary>
    public void Enter(WorkItem item)
    {
        bool isTaken;
        lock (_gate)
        {
            isTaken = _enter(item);
        }

        if (!isTaken)
        {
            Refuse(item);
        }
    }

    /// <summary>See <see cref="SourceGate.Offer"/>.</summary>
    public WorkItem? Offer(SourceGate gate, WorkItem item)
    {
        var now = _time.GetTimestamp();
        WorkItem? replaced;
        List<WorkItem>? refused = null;
        lock (_gate)
        {
            if (gate.Mode == FullMode.DropNewest && gate.Taken >= gate.Credits)
            {
                return item;
            }

            (replaced, gate.Waiting) = (gate.Waiting, item);
            StandInLine(gate, now, ref refused);
            AdmitWaiting(now, ref refused);
        }

        refused?.ForEach(Refuse);
        return replaced;
    }

    /// <summary>See <see cref="SourceGate.DrainAsync"/>.</summary>
    public Task DrainAsync(SourceGate gate)
    {
        lock (_gate)
        {
            gate.IsClosed = true;
            CheckDrained(gate);
        }

        return gate.Drained.Task;
    }

    /// <summary>See <see cref="Lease.LeaveNetwork"/>.</summary>
    public void LeaveNetwork(Lease lease)
    {
        Release(lease, isLeavingGraph: false, isReturning: false);
    }

    /// <summary>See <see cref="Lease.LeaveGraph"/>.</summary>
    public void LeaveGraph(Lease lease)
    {
        Release(lease, isLeavingGraph: true, isReturning: false);
    }

    /// <summary>See <see cref="Lease.Return"/>.</summary>
    public void Return(Lease lease)
    {
        Release(lease, isLeavingGraph: true, isReturning: true);
    }

    private void Release(Lease lease, bool isLeavingGraph, bool isReturning)
    {
        // A test's clock may run timers whenever it is read: it is read before anything changes.
        var now = _time.GetTimestamp();
        List<WorkItem>? refused = null;
        lock (_gate)
        {
            if (lease.IsBeforeNetwork)
            {
                lease.IsBeforeNetwork = false;
                _beforeNetwork--;
            }

            if (isLeavingGraph && lease.IsInGraph)
            {
                lease.IsInGraph = false;
                _inGraph--;
                MeasureThroughput(now);
            }

            if (isReturning && lease.IsHeld)
            {
                lease.IsHeld = false;
                ReturnCredit(lease.Gate, now, ref refused);
            }

            AdmitWaiting(now, ref refused);
        }

        refused?.ForEach(Refuse);
    }

    private void ReturnCredit(SourceGate gate, long now, ref List<WorkItem>? refused)
    {
        gate.Taken--;
        if (gate.Taker is { } taker)
        {
            gate.Taker = null;
            taker.SetResult(NewLease(gate, isWindowed: false));
            return;
        }

        StandInLine(gate, now, ref refused);
        CheckDrained(gate);
    }

    /// <summary>A waiting frame that has a credit asks for a place in the window, or enters at once when it needs none.</summary>
    private void StandInLine(SourceGate gate, long now, ref List<WorkItem>? refused)
    {
        if (gate.Waiting is null || gate.Taken >= gate.Credits || gate.IsInLine)
        {
            return;
        }

        if (gate.IsWindowed)
        {
            gate.IsInLine = true;
            _line.Enqueue(gate);
        }
        else
        {
            LetIn(gate, now, ref refused);
        }
    }

    private void AdmitWaiting(long now, ref List<WorkItem>? refused)
    {
        while (HasRoom && _line.TryDequeue(out var gate))
        {
            gate.IsInLine = false;
            LetIn(gate, now, ref refused);
            // With further credits and a newer frame it stands at the end of the line.
            StandInLine(gate, now, ref refused);
        }
    }

    private void LetIn(SourceGate gate, long now, ref List<WorkItem>? refused)
    {
        var item = gate.Waiting!;
        gate.Waiting = null;
        item.Lease = NewLease(gate, gate.IsWindowed);
        if (gate.IsWindowed)
        {
            _beforeNetwork++;
            if (_inGraph++ == 0)
            {
                _busySince = now;
            }
        }

        if (!_enter(item))
        {
            (refused ??= []).Add(item);
        }
    }

    private static void Refuse(WorkItem item)
    {
        item.Owner.End(item, FrameOutcome.Dropped(DropReason.Aborted));
    }

    private static Lease NewLease(SourceGate gate, bool isWindowed)
    {
        gate.Taken++;
        return new Lease(gate, isWindowed);
    }

    private static void CheckDrained(SourceGate gate)
    {
        if (gate.IsClosed && gate.Taken == 0 && gate.Waiting is null)
        {
            gate.Drained.TrySetResult();
        }
    }

    private void MeasureThroughput(long now)
    {
        _left++;
        var busy = _busy + _time.GetElapsedTime(_busySince, now);
        if (busy >= Wait)
        {
            _ahead = (int)Math.Min(_left * (Wait / busy), Unbounded);
            (_left, busy) = (0, TimeSpan.Zero);
        }

        (_busy, _busySince) = (busy, now);
    }
}
