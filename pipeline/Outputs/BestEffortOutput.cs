using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Pipeline.Outputs;

/// <summary>
/// An output that may lose frames but never holds anything up: it writes from a bounded queue of its own, drops the oldest frame
/// when that is full, and is reopened after a failure. Dropped frames are counted.
/// </summary>
internal sealed class BestEffortOutput : IAsyncDisposable
{
    /// <summary>About a second of a camera; each frame in the queue holds its pixels.</summary>
    private const int Capacity = 32;

    /// <summary>How long the end of a source waits for what is still in the queue.</summary>
    private static readonly TimeSpan FinishTimeout = TimeSpan.FromSeconds(5);

    private readonly string _id;
    private readonly Output _output;
    private readonly IOutputObserver _observer;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Channel<object> _queue;
    private readonly Task _worker;
    private volatile bool _isGivenUp;
    private StreamSummary? _summary;

    // The worker's alone.
    private readonly RetryPause _pause;
    private IFrameSink? _sink;

    /// <param name="id">The source's name, for messages.</param>
    /// <param name="output">The output; it is opened with the first frame.</param>
    /// <param name="observer">Counts.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of failures.</param>
    public BestEffortOutput(string id, Output output, IOutputObserver observer, TimeProvider time, ILogger logger)
    {
        (_id, _output, _observer, _time, _logger) = (id, output, observer, time, logger);
        _pause = new RetryPause(time);
        var options = new BoundedChannelOptions(Capacity)
        {
            FullMode = BoundedChannelFullMode.DropOldest,
            SingleReader = true,
            SingleWriter = true,
        };
        _queue = Channel.CreateBounded<object>(options, message => GiveUp(message, "queue_full"));
        _worker = Task.Run(WorkAsync);
    }

    public string Kind => _output.Kind;

    /// <summary>Puts a share of a frame into the queue.</summary>
    public void Offer(OutputFrame frame)
    {
        var share = frame.Share();
        if (!_queue.Writer.TryWrite(share))
        {
            GiveUp(share, "too_late");
        }
    }

    /// <summary>Puts an event into the queue.</summary>
    public void Offer(SourceEvent sourceEvent)
    {
        _queue.Writer.TryWrite(sourceEvent);
    }

    /// <summary>Writes what is in the queue and finishes the output, within a few seconds or not at all.</summary>
    public async Task CompleteAsync(StreamSummary summary)
    {
        _summary = summary;
        _queue.Writer.TryComplete();
        try
        {
            await _worker.WaitAsync(FinishTimeout, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _isGivenUp = true;
            OutputLog.NotFinished(_logger, _id, Kind, FinishTimeout.TotalSeconds);
        }
    }

    public async ValueTask DisposeAsync()
    {
        // After an abort nobody waits for the queue; a sink in native code cannot be interrupted.
        _isGivenUp |= _summary is null;
        _queue.Writer.TryComplete();
        await _worker.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task WorkAsync()
    {
        await foreach (var message in _queue.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            if (_isGivenUp)
            {
                GiveUp(message, "too_late");
            }
            else if (!TryOpen() || !Try(sink => Write(sink, message)))
            {
                GiveUp(message, "output_failed");
            }
            else
            {
                _pause.Worked();
                (message as IDisposable)?.Dispose();
            }
        }

        if (_summary is { } summary && _sink is not null && !_isGivenUp)
        {
            Try(sink => sink.Complete(summary));
        }

        _sink?.Dispose();
    }

    private void Write(IFrameSink sink, object message)
    {
        if (message is OutputFrame frame)
        {
            sink.Write(frame);
            _observer.Written(Kind);
        }
        else
        {
            sink.Write((SourceEvent)message);
        }
    }

    private bool TryOpen()
    {
        if (_sink is not null)
        {
            return true;
        }

        if (!_pause.IsOver)
        {
            return false;
        }

        try
        {
            _sink = _output.Open();
            return true;
        }
        catch (Exception exception)
        {
            Failed(exception);
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
            Failed(exception);
            return false;
        }
    }

    /// <summary>Whatever an output throws concerns that output alone.</summary>
    private void Failed(Exception exception)
    {
        _observer.Failed(Kind);
        OutputLog.Failed(_logger, _id, Kind, exception.Message);
        _sink?.Dispose();
        _sink = null;
        _pause.Failed();
    }

    private void GiveUp(object message, string reason)
    {
        if (message is OutputFrame frame)
        {
            frame.Dispose();
            _observer.GaveUp(Kind, reason, 1);
        }
    }
}
