using Microsoft.Extensions.Time.Testing;
using Streaming.Model.Structures;
using Streaming.Stages.Decode;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Tests.Decode;

/// <summary>A source whose decoder hangs, which a real one does not do on demand.</summary>
public sealed class WatchedSourceTests : IDisposable
{
    private readonly PixelPool _pool = new();
    private readonly FakeTimeProvider _time = new();
    private readonly HangingSource _inner;

    public WatchedSourceTests()
    {
        _inner = new HangingSource(_pool);
    }

    public void Dispose()
    {
        _inner.Release();
        // What the abandoned thread still brings is freed there.
        Assert.True(_inner.IsDisposed.Wait(TimeSpan.FromSeconds(30)));
        Assert.Equal(0, _pool.Live);
        _pool.Dispose();
    }

    [Fact]
    public void Read_SourceInGoodOrder_PassesItsFramesOn()
    {
        using var sut = Open();
        _inner.Release();
        for (var i = 0; i < 3; i++)
        {
            using var frame = sut.Read(default);
            Assert.Equal(i, frame!.Identity.Index);
        }

        Assert.Equal("inner", sut.Info.Location);
    }

    [Fact]
    public async Task Read_DecoderHangs_FailsWhenItsTimeIsUp()
    {
        using var sut = Open();
        var read = Task.Run(() => sut.Read(default));
        await _inner.Entered.WaitAsync();
        while (!read.IsCompleted)
        {
            // The wait may begin a moment after the decoder was entered.
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        var exception = await Assert.ThrowsAsync<DecodeException>(() => read);
        Assert.Equal(
            (DecodeError.Stalled, "cam: its decoder hangs: it did not give a frame within 10 s."),
            (exception.Error, exception.Message));
    }

    [Fact]
    public async Task Read_DecoderHangs_AStopDoesNotWaitForIt()
    {
        using var sut = Open();
        using var stop = new CancellationTokenSource();
        var read = Task.Run(() => sut.Read(stop.Token));
        await _inner.Entered.WaitAsync();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
    }

    [Fact]
    public void Open_SourceThatCannotBeOpened_PassesItsErrorOn()
    {
        var exception = Assert.Throws<DecodeException>(() => WatchedSource.Open(
            _ => throw new DecodeException(DecodeError.NotFound, "no such stream"),
            "cam",
            TimeSpan.FromSeconds(1),
            TimeSpan.FromSeconds(1),
            _time,
            default));
        Assert.Equal("no such stream", exception.Message);
        _inner.Dispose();
    }

    private WatchedSource Open()
    {
        return WatchedSource.Open(_ => _inner, "cam", TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10), _time, default);
    }

    private sealed class HangingSource(PixelPool pool) : IFrameSource
    {
        private readonly ManualResetEventSlim _release = new();
        private int _index;

        public SemaphoreSlim Entered { get; } = new(0);

        public ManualResetEventSlim IsDisposed { get; } = new();

        public SourceInfo Info { get; } = new("cam", "inner", new ImageSize(2, 4), null, null);

        public void Release()
        {
            _release.Set();
        }

        public Frame? Read(CancellationToken cancellationToken)
        {
            // As native code: deaf to the token.
            Entered.Release();
            _release.Wait(CancellationToken.None);
            return new Frame(new FrameIdentity("cam", 0, _index++, default, PtsOrigin.Estimated, default), pool.Rent(Info.Size));
        }

        public void Dispose()
        {
            IsDisposed.Set();
        }
    }
}
