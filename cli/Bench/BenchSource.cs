using Streaming.Stages.Decode;
using Streaming.Stages.Frames;

namespace Streaming.Cli.Bench;

/// <summary>
/// Repeats a source without end. With a rate its frames come like a camera's: each has its moment, whatever became of those
/// before; one that could not be made in time is missed.
/// </summary>
internal sealed class BenchSource : IFrameSource
{
    private readonly Func<IFrameSource> _open;
    private readonly double? _rate;
    private readonly TimeProvider _time;
    private readonly Action<TimeSpan> _decoded;
    private readonly long _started;
    private IFrameSource _current;
    private long _next;

    /// <param name="open">Opens the source from its beginning.</param>
    /// <param name="rate">Frames a second; null gives them as fast as they are read.</param>
    /// <param name="time">The clock.</param>
    /// <param name="decoded">Told how long each frame took to decode, without the wait for its turn.</param>
    public BenchSource(Func<IFrameSource> open, double? rate, TimeProvider time, Action<TimeSpan> decoded)
    {
        (_open, _rate, _time, _decoded) = (open, rate, time, decoded);
        _current = open();
        Info = _current.Info with
        {
            FrameCount = null,
            FrameRate = rate is { } r ? FrameRate.From(r) : _current.Info.FrameRate,
            Range = null,
        };
        _started = time.GetTimestamp();
    }

    public SourceInfo Info { get; }

    public Frame? Read(CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var frame = Decode(cancellationToken);
        if (frame is null)
        {
            return null;
        }

        _decoded(_time.GetElapsedTime(started));

        try
        {
            if (_rate is { } rate)
            {
                WaitForTurn(rate, cancellationToken);
            }
        }
        catch
        {
            frame.Dispose();
            throw;
        }

        return new Frame(frame.Identity with { Epoch = 0, Index = _next++, CaptureTime = _time.GetUtcNow() }, frame.Pixels);
    }

    public void Dispose()
    {
        _current.Dispose();
    }

    /// <summary>An input that holds no frame at all ends here too, instead of being opened for ever.</summary>
    private Frame? Decode(CancellationToken cancellationToken)
    {
        if (_current.Read(cancellationToken) is { } frame)
        {
            return frame;
        }

        _current.Dispose();
        _current = _open();
        return _current.Read(cancellationToken);
    }

    private void WaitForTurn(double rate, CancellationToken cancellationToken)
    {
        var elapsed = _time.GetElapsedTime(_started).TotalSeconds;
        _next = Math.Max(_next, (long)(elapsed * rate));
        var left = TimeSpan.FromSeconds((_next / rate) - elapsed);
        if (left > TimeSpan.Zero)
        {
            Task.Delay(left, _time, cancellationToken).GetAwaiter().GetResult();
        }
    }
}
