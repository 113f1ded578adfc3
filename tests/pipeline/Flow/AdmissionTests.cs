using Microsoft.Extensions.Time.Testing;
using Streaming.Config.Run;
using Streaming.Model.Structures;
using Streaming.Pipeline.Flow;
using Streaming.Stages.Frames;

namespace Streaming.Pipeline.Tests.Flow;

public sealed class AdmissionTests : IDisposable
{
    private readonly PixelPool _pool = new();
    private readonly FakeTimeProvider _time = new();
    private readonly TestOwner _owner = new();
    private readonly List<WorkItem> _items = [];
    private readonly List<WorkItem> _entered = [];

    public void Dispose()
    {
        _items.ForEach(item => item.Dispose());
        Assert.Equal(0, _pool.Live);
        _pool.Dispose();
    }

    [Fact]
    public async Task Take_AllCreditsTaken_WaitsUntilOneIsReturned()
    {
        var gate = CreateSut().Open(1, FullMode.Wait);
        var first = gate.Take(default);
        var second = Task.Run(() => gate.Take(default));
        SpinWait.SpinUntil(() => gate.Taker is not null);
        Assert.False(second.IsCompleted);
        first.Return();
        first.Return();
        await second;
        Assert.Equal(1, gate.Taken);
    }

    [Fact]
    public async Task Take_GivenUp_ThrowsAndHoldsNothing()
    {
        var gate = CreateSut().Open(1, FullMode.Wait);
        var first = gate.Take(default);
        using var stop = new CancellationTokenSource();
        var second = Task.Run(() => gate.Take(stop.Token));
        SpinWait.SpinUntil(() => gate.Taker is not null);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        first.Return();
        Assert.Equal(0, gate.Taken);
    }

    [Fact]
    public void Offer_WindowFull_KeepsTheNewestFrameOfEachSourceAndAdmitsThemInTurn()
    {
        var sut = CreateSut(workers: 1);
        var (a, b) = (Gate(sut), Gate(sut));
        var first = Offer(a);
        var second = Offer(b);
        var (old, other, newest) = (Item(), Item(), Item());
        Assert.Null(a.Offer(old));
        Assert.Null(b.Offer(other));
        Assert.Same(old, a.Offer(newest));
        Assert.Equal([first, second], _entered);
        Leave(first);
        Assert.Equal([first, second, newest], _entered);
        Leave(second);
        Assert.Equal([first, second, newest, other], _entered);
    }

    [Fact]
    public void LeaveNetwork_SourceWithoutACredit_DoesNotHoldUpTheNext()
    {
        var sut = CreateSut(workers: 1);
        var (a, b) = (Gate(sut, credits: 1), Gate(sut, credits: 3));
        var first = Offer(a);
        var waiting = Offer(a);
        Assert.Equal([first], _entered);
        first.Lease!.LeaveNetwork();
        var (second, third) = (Offer(b), Offer(b));
        Assert.Equal([first, second, third], _entered);
        first.Lease!.Return();
        Assert.Equal([first, second, third], _entered);
        second.Lease!.LeaveNetwork();
        second.Lease!.LeaveGraph();
        Assert.Equal([first, second, third, waiting], _entered);
    }

    [Theory]
    [InlineData(1000, 1)]
    [InlineData(250, 2)]
    [InlineData(100, 3)]
    [InlineData(10, 26)]
    public void Throughput_OfTheSlowestStage_BoundsWhatIsInsideToAQuarterOfASecondOfIt(int milliseconds, int expected)
    {
        var sut = CreateSut(workers: 1);
        // One frame after the other takes that long from being admitted to leaving the graph, whichever stage is to blame.
        var gate = Gate(sut);
        for (var elapsed = 0; elapsed < 1000; elapsed += milliseconds)
        {
            var item = Offer(gate);
            _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
            item.Lease!.LeaveNetwork();
            item.Lease!.LeaveGraph();
            item.Lease!.Return();
        }

        _entered.Clear();
        for (var i = 0; i < 50; i++)
        {
            Offer(Gate(sut));
        }

        Assert.Equal(expected, _entered.Count);
    }

    [Fact]
    public void LeaveNetwork_PostprocessIsSlower_BoundsWhatIsInTheGraphToo()
    {
        var sut = CreateSut(workers: 1);
        for (var i = 0; i < 50; i++)
        {
            var item = Offer(Gate(sut));
            item.Lease?.LeaveNetwork();
        }

        // One that the network works on, one ahead, and one for the worker behind it.
        Assert.Equal(3, _entered.Count);
    }

    [Fact]
    public void Lull_BetweenFrames_DoesNotMakeTheGraphLookSlow()
    {
        var sut = CreateSut(workers: 1);
        var gate = Gate(sut);
        for (var i = 0; i < 100; i++)
        {
            var item = Offer(gate);
            _time.Advance(TimeSpan.FromMilliseconds(10));
            Leave(item);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        _entered.Clear();
        for (var i = 0; i < 50; i++)
        {
            Offer(Gate(sut));
        }

        Assert.Equal(26, _entered.Count);
    }

    [Fact]
    public void Offer_DropNewest_NeedsNoPlaceInTheWindowAndRefusesTheNewFrame()
    {
        var sut = CreateSut(workers: 1);
        var gate = sut.Open(4, FullMode.DropNewest);
        for (var i = 0; i < 4; i++)
        {
            Offer(gate);
        }

        var fifth = Item();
        Assert.Same(fifth, gate.Offer(fifth));
        Assert.Equal(4, _entered.Count);
    }

    [Fact]
    public async Task Drain_FrameStillWaits_EndsWhenItIsDone()
    {
        var sut = CreateSut(workers: 1);
        var gate = Gate(sut, credits: 1);
        var first = Offer(gate);
        Offer(gate);
        var drained = gate.DrainAsync();
        Leave(first);
        Assert.False(drained.IsCompleted);
        Leave(_entered[1]);
        await drained;
    }

    [Fact]
    public void Enter_GraphTakesNoMore_EndsTheFrameAndFreesItsLease()
    {
        var sut = new Admission(1, 1, _ => false, _time);
        var gate = sut.Open(1, FullMode.DropOldest);
        Assert.Null(gate.Offer(Item()));
        Assert.Null(gate.Offer(Item()));
        Assert.Equal([FrameOutcome.Dropped("aborted"), FrameOutcome.Dropped("aborted")], _owner.Ended);
        Assert.Equal(0, gate.Taken);
    }

    private static void Leave(WorkItem item)
    {
        item.Lease!.LeaveNetwork();
        item.Lease!.LeaveGraph();
        item.Lease!.Return();
    }

    private Admission CreateSut(int workers = 2)
    {
        return new Admission(
            1,
            workers,
            item =>
            {
                _entered.Add(item);
                return true;
            },
            _time);
    }

    private static SourceGate Gate(Admission admission, int credits = 2)
    {
        return admission.Open(credits, FullMode.DropOldest);
    }

    private WorkItem Offer(SourceGate gate)
    {
        var item = Item();
        Assert.Null(gate.Offer(item));
        return item;
    }

    private WorkItem Item()
    {
        var identity = new FrameIdentity("s", 0, _items.Count, TimeSpan.Zero, PtsOrigin.Estimated, DateTimeOffset.UnixEpoch);
        _items.Add(new WorkItem(new Frame(identity, _pool.Rent(new ImageSize(2, 4))), _owner, 0, TimeSpan.Zero));
        return _items[^1];
    }
}
