using Streaming.Model.Structures;
using Streaming.Stages.Frames;
using Streaming.Stages.Isolation;

namespace Streaming.Stages.Tests.Isolation;

/// <summary>Both sides of a ring in one process, on threads of their own.</summary>
[Collection("Shared memory is counted")]
public sealed class RingTests : IDisposable
{
    private static readonly ImageSize Size = new(4, 6);
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;

    private readonly PixelPool _pool = new();
    private readonly SemaphoreSlim _returned = new(0);

    public void Dispose()
    {
        Assert.Equal((0, 0), (_pool.Live, SharedMemory.Live));
        _pool.Dispose();
        _returned.Dispose();
    }

    [Fact]
    public async Task Ordered_WriterWaitsAndNothingIsLost()
    {
        const int Frames = 2000;
        using var reader = new RingReader(72, isOrdered: true, () => _returned.Release());
        var writing = Task.Run(() => Write(reader, Frames, _returned.Wait));
        var held = new Queue<Frame>();
        for (var i = 0; i < Frames; i++)
        {
            held.Enqueue(await TakeAsync(reader, writing));
            Assert.Equal(i, held.Last().Identity.Index);
            if (held.Count > i % 7)
            {
                using var frame = held.Dequeue();
                Assert.True(frame.Pixels.Span.IndexOfAnyExcept((byte)frame.Identity.Index) < 0);
            }
        }

        Assert.Equal(Frames, await writing);
        foreach (var frame in held)
        {
            frame.Dispose();
        }
    }

    [Fact]
    public async Task Newest_FramesGrowNewerAndAreNeverTorn()
    {
        using var reader = new RingReader(72, isOrdered: false, () => { });
        var writing = Task.Run(() => Write(reader, 20_000, null));
        var last = -1L;
        while (last < 19_999)
        {
            using var frame = await TakeAsync(reader, writing);
            Assert.True(frame.Identity.Index > last);
            Assert.True(frame.Pixels.Span.IndexOfAnyExcept((byte)frame.Identity.Index) < 0);
            last = frame.Identity.Index;
        }

        // With a reader that gives all back there is always a slot.
        Assert.Equal(20_000, await writing);
    }

    [Fact]
    public void TryTake_ReaderKeepsAll_IsGivenCopiesInTime()
    {
        using var reader = new RingReader(72, isOrdered: false, () => { });
        using var writer = new RingWriter(bytes => RingMemory.Open(reader.Path, bytes), null);
        var kept = new List<Frame>();
        for (var i = 0; i < 50; i++)
        {
            Assert.True(writer.Publish(Draw(writer, i)));
            kept.Add(reader.TryTake("s", _pool, Now)!);
        }

        Assert.Equal(Enumerable.Range(0, 50), kept.Select(frame => (int)frame.Identity.Index));
        Assert.All(kept, frame => Assert.True(frame.Pixels.Span.IndexOfAnyExcept((byte)frame.Identity.Index) < 0));
        kept.ForEach(frame => frame.Dispose());
    }

    [Theory]
    [InlineData(0, 6)]
    [InlineData(-4, -6)]
    [InlineData(5, 6)]
    [InlineData(int.MaxValue, int.MaxValue)]
    public void TryTake_SizeThatCannotBe_IsRefused(int height, int width)
    {
        using var reader = new RingReader(72, isOrdered: true, () => { });
        using var ring = RingMemory.Open(reader.Path, 72);
        (ring.Slot(3).Height, ring.Slot(3).Width, ring.Slot(3).State) = (height, width, RingSlot.Ready);
        Assert.Throws<InvalidDataException>(() => reader.TryTake("s", _pool, Now));
        Assert.Null(reader.TryTake("s", _pool, Now));
    }

    private static int Write(RingReader reader, int frames, Action? wait)
    {
        using var writer = new RingWriter(bytes => RingMemory.Open(reader.Path, bytes), wait);
        return Enumerable.Range(0, frames).Count(i => writer.Publish(Draw(writer, i)));
    }

    private static Frame Draw(RingWriter writer, int index)
    {
        var pixels = writer.Rent(Size);
        pixels.Span.Fill((byte)index);
        return new Frame(new FrameIdentity("s", 0, index, default, PtsOrigin.Container, Now), pixels);
    }

    private async Task<Frame> TakeAsync(RingReader reader, Task writing)
    {
        while (true)
        {
            if (reader.TryTake("s", _pool, Now) is { } frame)
            {
                return frame;
            }

            if (writing.IsFaulted)
            {
                await writing;
            }

            await Task.Yield();
        }
    }
}
