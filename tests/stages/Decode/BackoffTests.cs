using Microsoft.Extensions.Time.Testing;
using Streaming.Stages.Decode;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Tests.Decode;

public sealed class BackoffTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Failed_AgainAndAgain_PausesDoubleUpToTheLongest()
    {
        var sut = new Backoff(new ReconnectOptions(), _time);
        foreach (var seconds in new[] { 1, 2, 4, 8, 16, 30, 30, 30 })
        {
            // A stream that gives one frame and ends is no better than one that does not open.
            sut.Opened();
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.InRange(sut.Failed(DecodeError.Connection).TotalSeconds, 0.8 * seconds, Math.Min(1.2 * seconds, 30));
        }
    }

    [Fact]
    public void Failed_AfterBeingGoodForLong_IsTriedAtOnceAndThenFromTheShortestPause()
    {
        var sut = new Backoff(new ReconnectOptions(), _time);
        for (var i = 0; i < 5; i++)
        {
            sut.Failed(DecodeError.Timeout);
        }

        sut.Opened();
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(TimeSpan.Zero, sut.Failed(DecodeError.Crashed));
        Assert.InRange(sut.Failed(DecodeError.Crashed).TotalSeconds, 0.8, 1.2);
    }

    [Theory]
    [InlineData(DecodeError.Authentication)]
    [InlineData(DecodeError.NotFound)]
    [InlineData(DecodeError.Unsupported)]
    public void Failed_WhereAPersonHasToAct_PausesForLong(DecodeError error)
    {
        Assert.Equal(TimeSpan.FromSeconds(30), new Backoff(new ReconnectOptions(), _time).Failed(error));
    }

    [Fact]
    public void Failed_ManyCamerasAtOnce_DoNotComeBackTogether()
    {
        var cameras = Enumerable.Range(0, 20).Select(_ => new Backoff(new ReconnectOptions(), _time));
        Assert.True(cameras.Select(camera => camera.Failed(DecodeError.Connection)).Distinct().Count() > 10);
    }
}
