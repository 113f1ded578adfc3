using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Streaming.Cli.Running;

namespace Streaming.Cli.Tests.Running;

/// <summary>The first signal stops, the second one gives up, and so does a stop that takes too long.</summary>
public sealed class StopSignalsTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly StopSignals _signals;

    public StopSignalsTests()
    {
        _signals = new StopSignals(NullLogger.Instance, _time, TimeSpan.FromSeconds(30));
    }

    private (bool Stop, bool Abort) State => (_signals.Stop.IsCancellationRequested, _signals.Abort.IsCancellationRequested);

    public void Dispose()
    {
        _signals.Dispose();
    }

    [Fact]
    public void Ask_Once_StopsAndDoesNotGiveUp()
    {
        Assert.Equal((false, false), State);
        _signals.Ask();
        Assert.Equal((true, false), State);
    }

    [Fact]
    public void Ask_TwiceAtOnce_IsOneSignal()
    {
        _signals.Ask();
        _time.Advance(TimeSpan.FromMilliseconds(499));
        _signals.Ask();
        Assert.Equal((true, false), State);
    }

    [Fact]
    public void Ask_TwiceWithAPauseBetween_GivesUp()
    {
        _signals.Ask();
        _time.Advance(TimeSpan.FromMilliseconds(500));
        _signals.Ask();
        Assert.Equal((true, true), State);
    }

    [Fact]
    public void Ask_StopThatTakesTooLong_GivesUpByItself()
    {
        _signals.Ask();
        _time.Advance(TimeSpan.FromSeconds(29.9));
        Assert.Equal((true, false), State);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal((true, true), State);
    }

    [Fact]
    public void Dispose_WhileAStopIsUnderWay_GivesUpNothingAnyMore()
    {
        _signals.Ask();
        var abort = _signals.Abort;
        _signals.Dispose();
        _time.Advance(TimeSpan.FromSeconds(31));
        Assert.False(abort.IsCancellationRequested);
    }
}
