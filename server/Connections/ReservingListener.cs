using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Streaming.Server.Connections;

/// <summary>
/// Accepts connections, also when the process may not open any more files: first from a reserve, then as soon as it may again.
/// </summary>
/// <remarks>
/// Kestrel's own listener takes every failed accept for a connection that its client gave up, and tries again at once. With no
/// descriptor left the next try fails as well: it spins on a core, and since an awaited <see cref="Socket.AcceptAsync()"/> that
/// fails leaves 3.6 KB of native memory behind (measured on .NET 10.0.12), memory grows by tens of MiB a second. With event
/// arguments of one's own, a failure throws nothing and leaves nothing behind.
/// </remarks>
internal sealed class ReservingListener : IConnectionListener
{
    /// <summary>The pause when neither the process nor the reserve has a descriptor.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly Socket _socket;
    private readonly SocketConnectionContextFactory _connections;
    private readonly TimeProvider _time;
    private readonly DescriptorReserve _reserve = new();
    private readonly CancellationTokenSource _unbound = new();

    /// <param name="socket">Bound and listening; owned.</param>
    /// <param name="connections">Makes a connection of an accepted socket; owned.</param>
    /// <param name="time">The clock for pauses.</param>
    public ReservingListener(Socket socket, SocketConnectionContextFactory connections, TimeProvider time)
    {
        (_socket, _connections, _time) = (socket, connections, time);
        EndPoint = socket.LocalEndPoint!;
        // The process' first timer starts a thread, which takes a descriptor: when there is none left, that is too late.
        _ = Task.Delay(Pause, time, _unbound.Token);
    }

    public EndPoint EndPoint { get; }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        using var accepting = new SocketAsyncEventArgs();
        while (!_unbound.IsCancellationRequested)
        {
            switch (await TryAcceptAsync(accepting).ConfigureAwait(false))
            {
                case SocketError.Success:
                    var accepted = accepting.AcceptSocket!;
                    accepted.NoDelay = true;
                    _reserve.Refill();
                    return _connections.Create(accepted);
                case SocketError.TooManyOpenSockets when !_reserve.TryRelease():
                    await Task.Delay(Pause, _time, _unbound.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    break;
                default:
                    // The reserve made room, or a client gave up while its connection waited.
                    break;
            }
        }

        return null;
    }

    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        await _unbound.CancelAsync().ConfigureAwait(false);
        _socket.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await UnbindAsync().ConfigureAwait(false);
        _connections.Dispose();
        _reserve.Dispose();
        _unbound.Dispose();
    }

    private async ValueTask<SocketError> TryAcceptAsync(SocketAsyncEventArgs accepting)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Complete(object? sender, SocketAsyncEventArgs args)
        {
            done.SetResult();
        }

        accepting.AcceptSocket = null;
        accepting.Completed += Complete;
        try
        {
            if (_socket.AcceptAsync(accepting))
            {
                await done.Task.ConfigureAwait(false);
            }

            return accepting.SocketError;
        }
        catch (ObjectDisposedException)
        {
            return SocketError.OperationAborted;
        }
        finally
        {
            accepting.Completed -= Complete;
        }
    }
}
