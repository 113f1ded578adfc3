using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Streaming.Server.Cameras;

/// <summary>
/// Finds ONVIF cameras in the local network by WS-Discovery: a question to everybody by UDP, and answers for a few seconds.
/// Anybody can answer, so what comes is bounded and taken as text alone.
/// </summary>
/// <param name="target">Who is asked; <see cref="Everybody"/> as a rule.</param>
/// <param name="time">The clock.</param>
internal sealed class CameraDiscovery(IPEndPoint target, TimeProvider time)
{
    /// <summary>How long answers are waited for.</summary>
    public static readonly TimeSpan Wait = TimeSpan.FromSeconds(3);

    /// <summary>Most cameras that are told.</summary>
    public const int MaxCameras = 100;

    private const int MaxAnswers = 1000;
    private const int MaxDatagram = 64 << 10;

    /// <summary>Bytes; many cameras answer at the same moment.</summary>
    private const int ReceiveBuffer = 1 << 20;

    /// <summary>WS-Discovery's address and port.</summary>
    public static IPEndPoint Everybody { get; } = new(IPAddress.Parse("239.255.255.250"), 3702);

    private bool IsMulticast => target.Address.GetAddressBytes()[0] is >= 224 and < 240;

    /// <summary>Asks, and returns who has answered, in the order of their addresses.</summary>
    /// <exception cref="SocketException">No network can be asked.</exception>
    public async Task<IReadOnlyList<FoundCamera>> FindAsync(CancellationToken cancellationToken)
    {
        var id = $"urn:uuid:{Guid.NewGuid()}";
        var question = DiscoveryMessages.Question(id);
        using var end = new CancellationTokenSource(Wait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(end.Token, cancellationToken);
        var sockets = new List<Socket>();
        try
        {
            SocketException? failure = null;
            foreach (var address in IsMulticast ? LocalAddresses() : [IPAddress.Any])
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
                {
                    Blocking = false,
                    ReceiveBufferSize = ReceiveBuffer,
                };
                try
                {
                    socket.Bind(new IPEndPoint(address, 0));
                    if (IsMulticast)
                    {
                        var name = SocketOptionName.MulticastInterface;
                        socket.SetSocketOption(SocketOptionLevel.IP, name, address.GetAddressBytes());
                    }

                    // Twice, since datagrams get lost.
                    socket.SendTo(question, target);
                    socket.SendTo(question, target);
                    sockets.Add(socket);
                }
                catch (SocketException exception)
                {
                    // A network that is down; the others are asked.
                    socket.Dispose();
                    failure = exception;
                }
            }

            if (sockets.Count == 0)
            {
                throw failure ?? new SocketException((int)SocketError.NetworkDown);
            }

            var found = await Task.WhenAll(sockets.Select(socket => ReceiveAsync(socket, id, either.Token)))
                .ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            return
            [
                .. found.SelectMany(cameras => cameras).DistinctBy(camera => camera.Address)
                    .OrderBy(camera => camera.Address, StringComparer.Ordinal).Take(MaxCameras),
            ];
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    }

    private static async Task<IReadOnlyList<FoundCamera>> ReceiveAsync(Socket socket, string id, CancellationToken end)
    {
        var (buffer, cameras) = (new byte[MaxDatagram], new List<FoundCamera>());
        for (var answers = 0; answers < MaxAnswers && cameras.Count < MaxCameras; answers++)
        {
            try
            {
                EndPoint sender = new IPEndPoint(IPAddress.Any, 0);
                int length;
                if (end.IsCancellationRequested)
                {
                    // What has come in time counts, even if it is read late; the socket does not block.
                    length = socket.ReceiveFrom(buffer, ref sender);
                }
                else
                {
                    var received = await socket.ReceiveFromAsync(buffer, sender, end).ConfigureAwait(false);
                    (length, sender) = (received.ReceivedBytes, received.RemoteEndPoint);
                }

                if (DiscoveryMessages.Read(buffer.AsMemory(0, length), id, ((IPEndPoint)sender).Address) is { } camera
                    && cameras.All(other => other.Address != camera.Address))
                {
                    cameras.Add(camera);
                }
            }
            catch (OperationCanceledException)
            {
                // See above.
            }
            catch (SocketException) when (end.IsCancellationRequested)
            {
                break;
            }
            catch (SocketException)
            {
                // For example a host that says that nothing listens there.
            }
        }

        return cameras;
    }

    /// <summary>This machine's addresses in networks that know multicast: a socket of each asks its own network.</summary>
    private static IReadOnlyList<IPAddress> LocalAddresses()
    {
        return
        [
            .. NetworkInterface.GetAllNetworkInterfaces()
                .Where(item => item.OperationalStatus == OperationalStatus.Up && item.SupportsMulticast
                    && item.NetworkInterfaceType != NetworkInterfaceType.Loopback)
                .SelectMany(item => item.GetIPProperties().UnicastAddresses)
                .Select(item => item.Address)
                .Where(address => address.AddressFamily == AddressFamily.InterNetwork),
        ];
    }
}
