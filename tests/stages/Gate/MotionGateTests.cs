using Streaming.Model.Structures;
using Streaming.Stages.Frames;
using Streaming.Stages.Gate;
using Streaming.Stages.Track;

namespace Streaming.Stages.Tests.Gate;

public sealed class MotionGateTests : IDisposable
{
    private static readonly ImageSize Size = new(180, 320);
    private readonly PixelPool _pool = new();
    private readonly TrackActivity _activity = new();
    private readonly MotionGate _sut;
    private long _index;

    public MotionGateTests()
    {
        _sut = new MotionGate(_activity, new MotionSensitivity(), TimeSpan.FromSeconds(1));
    }

    public void Dispose()
    {
        _sut.Dispose();
        Assert.Equal(0, _pool.Live);
        _pool.Dispose();
    }

    [Fact]
    public void Wants_StillPicture_SeesOneFrameASecond()
    {
        Ask(10);
        Assert.Equal(5, Ask(50).Count(wanted => wanted));
    }

    [Fact]
    public void Wants_SomethingMoves_SeesItAtOnceAndHalfASecondLonger()
    {
        Ask(12);
        Assert.All(Ask(8, i => 100 + (i * 4)), Assert.True);
        // Where it was last differs from the background for a moment.
        Assert.Equal([true, true, true, true, true], Ask(5));
    }

    [Fact]
    public void Wants_KnownObjectMoves_SeesEveryFrame()
    {
        Ask(12);
        _activity.Report(active: 2, moving: 1);
        Assert.All(Ask(20), Assert.True);
        _activity.Report(active: 2, moving: 0);
        Assert.InRange(Ask(30).Count(wanted => wanted), 6, 9);
    }

    [Fact]
    public void Wants_MotionInWhichNothingIsFound_IsLookedAtNowAndThen()
    {
        Ask(12);
        Assert.All(Ask(10, Leaf), Assert.True);
        Assert.InRange(Ask(30, Leaf).Count(wanted => wanted), 14, 18);
        _activity.Report(active: 1, moving: 1);
        Assert.All(Ask(10, Leaf), Assert.True);

        static int Leaf(int i)
        {
            return 40 + (i * 37 % 200);
        }
    }

    [Fact]
    public void Wants_PictureRestsAfterMotionWithoutObjects_NextMotionIsSeenFromItsFirstFrame()
    {
        Ask(12);
        Ask(30, i => 40 + (i * 37 % 200));
        Ask(80);
        Assert.All(Ask(8, i => 100 + (i * 4)), Assert.True);
    }

    [Fact]
    public void Wants_NewScene_SeesOneFrame()
    {
        Assert.Equal([true, false, false, false], Ask(4));
    }

    [Fact]
    public void Wants_NewEpochOrSize_BeginsAnew()
    {
        Ask(12);
        Assert.True(Wants(1, 0, Size, null));
        Assert.True(Wants(1, 1, new ImageSize(90, 160), null));
    }

    private bool[] Ask(int count, Func<int, int>? left = null)
    {
        return [.. Enumerable.Range(0, count).Select(i => Wants(0, _index++, Size, left?.Invoke(i)))];
    }

    /// <summary>A grey picture, ten a second, with a bright square if there is one.</summary>
    private bool Wants(int epoch, long index, ImageSize size, int? left)
    {
        var pixels = _pool.Rent(size);
        pixels.Span.Fill(90);
        for (var y = 60; left is { } x && y < 100; y++)
        {
            pixels.Span.Slice((y * pixels.Stride) + (x * 3), 40 * 3).Fill(180);
        }

        var identity = new FrameIdentity(
            "cam", epoch, index, TimeSpan.FromSeconds(index * 0.1), PtsOrigin.Container, DateTimeOffset.UnixEpoch);
        using var frame = new Frame(identity, pixels);
        return _sut.Wants(frame);
    }
}
