using Microsoft.Extensions.Time.Testing;
using Streaming.Model.Structures;
using Streaming.Pipeline.Batching;
using Streaming.Pipeline.Flow;
using Streaming.Stages.Frames;

namespace Streaming.Pipeline.Tests;

public sealed class DynamicBatcherTests : IDisposable
{
    private readonly PixelPool _pool = new();
    private readonly FakeTimeProvider _time = new();
    private readonly List<IReadOnlyList<WorkItem>> _batches = [];

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
    public void Add_AnotherShape_SendsWhatCameBefore()
    {
        using var sut = CreateSut(maxSize: 8);
        foreach (var width in new[] { 4, 4, 5, 4 })
        {
            sut.Add(Item(width));
        }

        sut.Flush();
        Assert.Equal([2, 1, 1], _batches.Select(batch => batch.Count));
    }

    [Fact]
    public void Flush_Empty_SendsNothing()
    {
        using var sut = CreateSut(maxSize: 8);
        sut.Flush();
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(_batches);
    }

    private DynamicBatcher CreateSut(int maxSize)
    {
        return new DynamicBatcher(
            maxSize,
            TimeSpan.FromMilliseconds(50),
            batch =>
            {
                _batches.Add(batch);
                return true;
            },
            _time);
    }

    private WorkItem Item(int width = 4)
    {
        var frame = new Frame(new FrameIdentity("s", 0, 0, TimeSpan.Zero, PtsOrigin.Estimated, DateTimeOffset.UnixEpoch), _pool.Rent(new ImageSize(2, width)));
        using var detector = new FakeDetector();
        return new WorkItem(frame, null!, 0, TimeSpan.Zero) { Prepared = detector.Prepare(frame.Pixels.View) };
    }
}
