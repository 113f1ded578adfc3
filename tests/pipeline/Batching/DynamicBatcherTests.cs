using Microsoft.Extensions.Time.Testing;
using Streaming.Model.Structures;
using Streaming.Pipeline.Batching;
using Streaming.Pipeline.Flow;
using Streaming.Pipeline.Tests.Flow;
using Streaming.Stages.Frames;

namespace Streaming.Pipeline.Tests.Batching;

public sealed class DynamicBatcherTests : IDisposable
{
    private readonly PixelPool _pool = new();
    private readonly FakeTimeProvider _time = new();
    private readonly TestOwner _source = new();
    private readonly List<IReadOnlyList<WorkItem>> _batches = [];
    private readonly List<FlushReason> _reasons = [];

    public void Dispose()
    {
        foreach (var item in _batches.SelectMany(batch => batch))
        {
            item.Dispose();
        }

        Assert.Equal(0, _pool.Live);
        _pool.Dispose();
    }

    [Fact]
    public void Add_UntilFull_SendsTheBatchAtOnce()
    {
        using var sut = CreateSut(maxSize: 3);
        foreach (var _ in Enumerable.Range(0, 7))
        {
            sut.Add(Item());
        }

        Assert.Equal([3, 3], _batches.Select(batch => batch.Count));
        sut.Flush();
        Assert.Equal([3, 3, 1], _batches.Select(batch => batch.Count));
        Assert.Equal([FlushReason.Full, FlushReason.Full, FlushReason.End], _reasons);
    }

    [Fact]
    public void Add_TooFew_SendsWhenTheFirstHasWaitedLongEnough()
    {
        using var sut = CreateSut(maxSize: 8);
        sut.Add(Item());
        _time.Advance(TimeSpan.FromMilliseconds(30));
        sut.Add(Item());
        _time.Advance(TimeSpan.FromMilliseconds(19));
        Assert.Empty(_batches);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal([2], _batches.Select(batch => batch.Count));
        Assert.Equal([FlushReason.Timeout], _reasons);
    }

    [Fact]
    public void Add_AfterAFullBatch_StartsWaitingAnew()
    {
        using var sut = CreateSut(maxSize: 2);
        sut.Add(Item());
        _time.Advance(TimeSpan.FromMilliseconds(40));
        sut.Add(Item());
        sut.Add(Item());
        _time.Advance(TimeSpan.FromMilliseconds(49));
        Assert.Equal([2], _batches.Select(batch => batch.Count));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal([2, 1], _batches.Select(batch => batch.Count));
    }

    [Fact]
    public void Add_AnotherShapeOfTheSameSource_SendsWhatCameBeforeSoThatOrderIsKept()
    {
        using var sut = CreateSut(maxSize: 8);
        foreach (var width in new[] { 4, 4, 5, 4 })
        {
            sut.Add(Item(width));
        }

        sut.Flush();
        Assert.Equal([2, 1, 1], _batches.Select(batch => batch.Count));
        Assert.Equal([FlushReason.Order, FlushReason.Order, FlushReason.End], _reasons);
    }

    [Fact]
    public void Add_TwoSourcesOfDifferentShape_CollectsEachShapeForItself()
    {
        var other = new TestOwner();
        using var sut = CreateSut(maxSize: 3);
        foreach (var _ in Enumerable.Range(0, 3))
        {
            sut.Add(Item(4));
            sut.Add(Item(5, other));
        }

        Assert.Equal([3, 3], _batches.Select(batch => batch.Count));
        Assert.All(_batches, batch => Assert.Single(batch.Select(item => item.Owner).Distinct()));
    }

    [Fact]
    public void Add_TwoShapes_SendsEachWhenItsOwnFirstFrameHasWaited()
    {
        var other = new TestOwner();
        using var sut = CreateSut(maxSize: 8);
        sut.Add(Item(4));
        _time.Advance(TimeSpan.FromMilliseconds(30));
        sut.Add(Item(5, other));
        _time.Advance(TimeSpan.FromMilliseconds(20));
        Assert.Equal([1], _batches.Select(batch => batch.Count));
        _time.Advance(TimeSpan.FromMilliseconds(30));
        Assert.Equal([1, 1], _batches.Select(batch => batch.Count));
    }

    [Fact]
    public void Add_WhileTheDeviceIsBusy_CollectsUntilItIsDone()
    {
        using var sut = CreateSut(maxSize: 4, devices: 1);
        sut.Add(Item());
        _time.Advance(TimeSpan.FromMilliseconds(50));
        sut.Add(Item());
        _time.Advance(TimeSpan.FromSeconds(1));
        sut.Add(Item());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([1], _batches.Select(batch => batch.Count));
        sut.Done();
        Assert.Equal([1, 2], _batches.Select(batch => batch.Count));
        Assert.Equal([FlushReason.Timeout, FlushReason.Timeout], _reasons);
    }

    [Fact]
    public void Add_FullWhileTheDeviceIsBusy_IsSentSoThatTheDeviceNeverWaits()
    {
        using var sut = CreateSut(maxSize: 2, devices: 1);
        foreach (var _ in Enumerable.Range(0, 5))
        {
            sut.Add(Item());
        }

        Assert.Equal([2, 2], _batches.Select(batch => batch.Count));
        sut.Done();
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([2, 2], _batches.Select(batch => batch.Count));
        sut.Done();
        Assert.Equal([2, 2, 1], _batches.Select(batch => batch.Count));
    }

    [Fact]
    public void Done_BeforeTheFirstHasWaitedLongEnough_LetsItWaitForOthers()
    {
        using var sut = CreateSut(maxSize: 2, devices: 1);
        foreach (var _ in Enumerable.Range(0, 3))
        {
            sut.Add(Item());
        }

        _time.Advance(TimeSpan.FromMilliseconds(49));
        sut.Done();
        Assert.Equal([2], _batches.Select(batch => batch.Count));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal([2, 1], _batches.Select(batch => batch.Count));
    }

    [Fact]
    public void Add_FrameThatTheNetworkDoesNotSee_PassesByAtOnce()
    {
        using var sut = CreateSut(maxSize: 8, devices: 1);
        var other = Item(source: new TestOwner());
        sut.Add(other);
        var unseen = Unseen();
        sut.Add(unseen);
        Assert.Same(unseen, Assert.Single(Assert.Single(_batches)));
        sut.Flush();
        Assert.Same(other, Assert.Single(_batches[1]));
    }

    [Fact]
    public void Add_UnseenFrameBehindItsSourcesFrame_TravelsWithThatFramesBatchAndFillsNone()
    {
        using var sut = CreateSut(maxSize: 2);
        WorkItem[] items = [Item(), Unseen(), Unseen(), Item(), Unseen()];
        Array.ForEach(items, sut.Add);
        Assert.Equal([items[..4], items[4..]], _batches);
        Assert.Equal([FlushReason.Full], _reasons);
    }

    [Fact]
    public void Flush_Empty_SendsNothing()
    {
        using var sut = CreateSut(maxSize: 8);
        sut.Flush();
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(_batches);
    }

    private DynamicBatcher CreateSut(int maxSize, int devices = 8)
    {
        return new DynamicBatcher(
            maxSize,
            TimeSpan.FromMilliseconds(50),
            devices,
            (batch, reason) =>
            {
                _batches.Add(batch);
                _reasons.Add(reason);
                return true;
            },
            item => _batches.Add([item]),
            _time);
    }

    private WorkItem Item(int width = 4, TestOwner? source = null)
    {
        using var detector = new FakeDetector();
        var item = Unseen(source, width);
        item.Preprocessed = detector.Preprocess(item.Frame.Pixels.View);
        return item;
    }

    /// <summary>A frame that failed or was skipped: the network does not see it.</summary>
    private WorkItem Unseen(TestOwner? source = null, int width = 4)
    {
        var identity = new FrameIdentity("s", 0, 0, TimeSpan.Zero, PtsOrigin.Estimated, DateTimeOffset.UnixEpoch);
        return new WorkItem(new Frame(identity, _pool.Rent(new ImageSize(2, width))), source ?? _source, 0, TimeSpan.Zero);
    }
}
