using System.Runtime.InteropServices;
using Streaming.Cli.Display;

namespace Streaming.Cli.Running;

/// <summary>Ctrl-C and SIGTERM: the first one stops well, the second one gives up.</summary>
internal sealed class StopSignals : IDisposable
{
    /// <summary>Shells and wrappers may deliver one key press or one stop twice: to the process, and to its group.</summary>
    private static readonly TimeSpan SameSignal = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    public StopSignals(Terminal terminal, TimeProvider time)
    {
        var first = 0L;
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM })
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                if (!_stop.IsCancellationRequested)
                {
                    first = time.GetTimestamp();
                    CliLog.Stopping(terminal);
                    _stop.Cancel();
                }
                else if (time.GetElapsedTime(first) >= SameSignal)
                {
                    _abort.Cancel();
                }
            }));
        }
    }

    /// <summary>No further frame is read.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Everything ends at once.</summary>
    public CancellationToken Abort => _abort.Token;

    public void Dispose()
    {
        _registrations.ForEach(registration => registration.Dispose());
        _stop.Dispose();
        _abort.Dispose();
    }
}
