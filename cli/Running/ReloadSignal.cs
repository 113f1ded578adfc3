using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace Streaming.Cli.Running;

/// <summary>
/// SIGHUP: read the run file again. Signals that come while that is under way are one. A terminal that was closed sends SIGHUP
/// too: that is a stop.
/// </summary>
internal sealed class ReloadSignal : IDisposable
{
    private readonly Channel<bool> _asked = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly PosixSignalRegistration _registration;

    /// <param name="hungUp">Called instead when the terminal is gone, or there is nothing to read again.</param>
    /// <param name="hasFile">Whether there is a run file.</param>
    /// <param name="hadTerminal">Whether the program was started on a terminal.</param>
    public ReloadSignal(Action hungUp, bool hasFile, bool hadTerminal)
    {
        _registration = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            if (hasFile && (!hadTerminal || HasTerminal()))
            {
                Ask();
            }
            else
            {
                hungUp();
            }
        });
    }

    /// <summary>What a signal does.</summary>
    public void Ask()
    {
        _asked.Writer.TryWrite(true);
    }

    /// <summary>Calls <paramref name="reload"/> for each signal, one after the other, until canceled.</summary>
    public async Task FollowAsync(Func<Task> reload, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var _ in _asked.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                await reload().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The run ends.
        }
    }

    public void Dispose()
    {
        _registration.Dispose();
    }

    /// <summary>Whether the process still has a terminal; one that was closed cannot be opened.</summary>
    private static bool HasTerminal()
    {
        try
        {
            File.OpenHandle("/dev/tty", share: FileShare.ReadWrite).Dispose();
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
