using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace Streaming.Server.Connections;

/// <summary>Opens the sockets that <see cref="ReservingListener"/> accepts on, in the place of Kestrel's own transport.</summary>
internal sealed class ReservingTransport(ILoggerFactory loggers) : IConnectionListenerFactory
{
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        try
        {
            socket.Listen(ConnectionLimits.Viewers.Connections);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        var connections = new SocketConnectionContextFactory(
            new SocketConnectionFactoryOptions(), loggers.CreateLogger<ReservingTransport>());
        return ValueTask.FromResult<IConnectionListener>(new ReservingListener(socket, connections, TimeProvider.System));
    }
}
