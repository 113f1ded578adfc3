using Microsoft.Extensions.Logging;
using Streaming.Pipeline.Flow;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Pipeline.Outputs;

/// <summary>
/// A required output of one source. That of a file fails for good with its first failure. That of a camera is closed, opened
/// again after a pause, and counts the frames that it lacks; the next frame that it is given says how many those are.
/// </summary>
/// <param name="id">The source's name, for messages.</param>
/// <param name="output">The output.</param>
/// <param name="isLive">Whether the source is a camera.</param>
/// <param name="observer">Counts.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told when the output is lost and when it is back.</param>
internal sealed class RequiredOutput(
    string id, Output output, bool isLive, IOutputObserver observer, TimeProvider time, ILogger logger) : IDisposable
{
    private readonly RetryPause _pause = new(time);
    private readonly TargetWatch _watch = new(time);
    private IFrameSink? _sink;
    private string? _failure;
    private long _missing;
    private long _missingBefore;

    /// <summary>What it writes to.</summary>
    public string Target => _sink?.Target ?? output.Kind;

    /// <summary>Why it ends its source; null while it does not.</summary>
    public string? Error => isLive ? null : _failure;

    /// <summary>Opens it.</summary>
    /// <exception cref="EmitException">It cannot be opened, and its source is a file.</exception>
    public void Open()
    {
        if (isLive)
        {
            TryOpen();
        }
        else
        {
            _sink = output.Open();
        }
    }

    /// <summary>Writes a frame.</summary>
    /// <returns>Whether the output has it.</returns>
    public bool TryWrite(OutputFrame frame)
    {
        CloseIfGone();
        if (_sink is null && (!_pause.IsOver || !TryOpen()) || !Try(sink => Write(sink, frame)))
        {
            Lose(frame.Result);
            return false;
        }

        observer.Written(output.Kind);
        _pause.Worked();
        if (_failure is not null)
        {
            OutputLog.Returned(logger, id, output.Kind, _missing);
        }

        (_failure, _missing, _missingBefore) = (null, 0, 0);
        return true;
    }

    /// <summary>Writes an event; one that comes while the output is lost is lost with it.</summary>
    public void TryWrite(SourceEvent sourceEvent)
    {
        if (_sink is not null)
        {
            Try(sink => sink.Write(sourceEvent));
        }
    }

    /// <summary>Lets a camera's output do what the clock wants, and notices when its file is gone.</summary>
    public void Tick(DateTimeOffset now)
    {
        CloseIfGone();
        if (_sink is not null)
        {
            Try(sink => sink.Tick(now));
        }
    }

    /// <summary>
    /// Finishes it. A record that is lost at the moment is opened once more: it should say how the stream ended.
    /// </summary>
    /// <returns>Why it is not what it should be; null when it is.</returns>
    public string? Complete(StreamSummary summary)
    {
        if (isLive && _sink is null && !output.NeedsPixels)
        {
            TryOpen();
        }

        return _sink is null || !Try(sink => sink.Complete(summary)) ? _failure : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sink?.Dispose();
    }

    /// <summary>What is missing before this frame in this output alone is added to what is missing in all.</summary>
    private void Write(IFrameSink sink, OutputFrame frame)
    {
        if (_missing == 0)
        {
            sink.Write(frame);
            return;
        }

        var before = frame.Result.DroppedBefore + _missing + _missingBefore;
        using var marked = frame.Share(frame.Result with { DroppedBefore = before });
        sink.Write(marked);
    }

    private void Lose(FrameResult result)
    {
        if (isLive)
        {
            _missing++;
            _missingBefore += result.DroppedBefore;
            observer.GaveUp(output.Kind, DropReason.OutputFailed, 1);
        }
    }

    private void CloseIfGone()
    {
        if (isLive && _sink is { } sink && _watch.IsGone(sink.Target))
        {
            Failed($"{sink.Target}: is no longer there: the file or its folder was removed.");
        }
    }

    private bool TryOpen()
    {
        try
        {
            _sink = output.Open();
            return true;
        }
        catch (Exception exception)
        {
            Failed(exception.Message);
            _pause.Failed();
            return false;
        }
    }

    private bool Try(Action<IFrameSink> write)
    {
        try
        {
            write(_sink!);
            return true;
        }
        catch (Exception exception)
        {
            // Whatever an output throws concerns this source alone.
            Failed(exception.Message);
            _pause.Failed();
            return false;
        }
    }

    private void Failed(string message)
    {
        observer.Failed(output.Kind);
        if (!isLive)
        {
            _failure ??= message;
            return;
        }

        if (_failure is null)
        {
            OutputLog.Lost(logger, id, output.Kind, message);
        }

        _failure = message;
        _watch.Forget();
        _sink?.Dispose();
        _sink = null;
    }
}
