using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace Streaming.Cli.Running;

/// <summary>
/// SIGTERM, SIGINT (Ctrl-C) and SIGQUIT: the first one stops well. A second one gives up, and so does a stop that takes too long.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    /// <summary>Shells and wrappers may deliver one key press or one stop twice: to the process, and to its group.</summary>
    private static readonly TimeSpan SameSignal = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly Lock _gate = new();
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly TimeSpan? _limit;
    private readonly PosixSignalRegistration[] _registrations;
    private ITimer? _timer;
    private long _askedAt;

    /// <param name="logger">Told of the stop.</param>
    /// <param name="time">The clock.</param>
    /// <param name="limit">Most time that a stop may take; null for any.</param>
    public StopSignals(ILogger logger, TimeProvider time, TimeSpan? limit = null)
    {
        (_logger, _time, _limit) = (logger, time, limit);
        PosixSignal[] signals = [PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT];
        _registrations = [.. signals.Select(signal => PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            Ask();
        }))];
    }

    /// <summary>No further frame is read.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Everything ends at once.</summary>
    public CancellationToken Abort => _abort.Token;

    /// <summary>What a signal does.</summary>
    public void Ask()
    {
        lock (_gate)
        {
            if (_timer is null)
            {
                _askedAt = _time.GetTimestamp();
                _timer = _time.CreateTimer(_ => GiveUp(), null, _limit ?? Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                CliLog.Stopping(_logger, _limit is { } limit ? $" for {limit.TotalSeconds} s at most" : "");
            }
            else if (_time.GetElapsedTime(_askedAt) < SameSignal)
            {
                return;
            }
        }

        // What is called back may take its time, and may be asked to hurry meanwhile.
        if (_stop.IsCancellationRequested)
        {
            GiveUp();
        }
        else
        {
            _stop.Cancel();
        }
    }

    public void Dispose()
    {
        Array.ForEach(_registrations, registration => registration.Dispose());
        _timer?.Dispose();
        _stop.Dispose();
        _abort.Dispose();
    }

    private void GiveUp()
    {
        try
        {
            _abort.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The run has ended in the same moment.
        }
    }
}
