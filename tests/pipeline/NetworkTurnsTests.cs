using Streaming.Config.Run;
using Streaming.Model.Structures;
using Streaming.Pipeline.Flow;
using Streaming.Stages.Frames;

namespace Streaming.Pipeline.Tests;

public sealed class NetworkTurnsTests : IDisposable
{
    private readonly PixelPool _pool = new();
    private readonly List<WorkItem> _items = [];
    private readonly List<WorkItem> _entered = [];

    public void Dispose()
    {
        _items.ForEach(item => item.Dispose());
        _pool.Dispose();
    }

    [Fact]
    public void GiveBack_SourcesWait_LetsTheNewestFrameOfTheFirstInLineIn()
    {
        var turns = Turns(1000);
        var (a, b) = (Gate(turns), Gate(turns));
        var first = Offer(a);
        var (old, other, newest) = (Item(), Item(), Item());
        Assert.Null(a.Offer(old, FullMode.DropOldest));
        Assert.Null(b.Offer(other, FullMode.DropOldest));
        Assert.Same(old, a.Offer(newest, FullMode.DropOldest));
        Assert.Equal([first], _entered);
        first.LeaveNetwork();
        Assert.Equal([first, newest], _entered);
        newest.LeaveNetwork();
        Assert.Equal([first, newest, other], _entered);
    }

    [Fact]
    public void GiveBack_TheFirstInLineHasNoCredit_LetsTheNextOneIn()
    {
        var turns = Turns(1000);
        var (a, b) = (Gate(turns, credits: 1), Gate(turns));
        var first = Offer(a);
        _ = Offer(a);
        var other = Offer(b);
        first.LeaveNetwork();
        Assert.Equal([first, other], _entered);
        other.LeaveNetwork();
        a.Return();
        Assert.Equal(3, _entered.Count);
    }

    [Theory]
    [InlineData(null, 50)]
    [InlineData(1000, 1)]
    [InlineData(250, 2)]
    [InlineData(100, 3)]
    [InlineData(10, 26)]
    [InlineData(0, 50)]
    public void Observe_BatchTime_LetsInWhatTheNetworkTakesInAQuarterOfASecondBesides(int? milliseconds, int expected)
    {
        var turns = Turns(milliseconds);
        for (var i = 0; i < 50; i++)
        {
            Offer(Gate(turns));
        }

        Assert.Equal(expected, _entered.Count);
    }

    private static NetworkTurns Turns(int? milliseconds)
    {
        var turns = new NetworkTurns(1);
        if (milliseconds is { } batchTime)
        {
            turns.Observe(TimeSpan.FromMilliseconds(batchTime));
        }

        return turns;
    }

    private CreditGate Gate(NetworkTurns turns, int credits = 2)
    {
        return new CreditGate(credits, turns, _entered.Add);
    }

    private WorkItem Offer(CreditGate gate)
    {
        var item = Item();
        Assert.Null(gate.Offer(item, FullMode.DropOldest));
        return item;
    }

    private WorkItem Item()
    {
        var identity = new FrameIdentity("s", 0, _items.Count, TimeSpan.Zero, PtsOrigin.Estimated, DateTimeOffset.UnixEpoch);
        _items.Add(new WorkItem(new Frame(identity, _pool.Rent(new ImageSize(2, 4))), null!, 0, TimeSpan.Zero));
        return _items[^1];
    }
}
