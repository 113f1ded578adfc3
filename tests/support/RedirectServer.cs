using System.Net;
using System.Net.Sockets;

namespace Streaming.Testing;

/// <summary>A server that answers every HTTP and RTSP request by redirecting the client to itself.</summary>
public sealed class RedirectServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private int _requests;

    public RedirectServer()
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = ListenAsync();
    }

    public int Port { get; }

    /// <summary>How many requests came.</summary>
    public int Requests => _requests;

    public void Dispose()
    {
        _listener.Stop();
    }

    private async Task ListenAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The server was closed.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var connection = client;
        using var reader = new StreamReader(client.GetStream());
        await using var writer = new StreamWriter(client.GetStream()) { AutoFlush = true, NewLine = "\r\n" };
        try
        {
            while (await reader.ReadLineAsync() is { } request)
            {
                var number = "";
                while (await reader.ReadLineAsync() is { Length: > 0 } header)
                {
                    number = header.StartsWith("CSeq", StringComparison.OrdinalIgnoreCase) ? $"{header}\r\n" : number;
                }

                var (protocol, scheme) = request.EndsWith("RTSP/1.0", StringComparison.Ordinal)
                    ? ("RTSP/1.0", "rtsp")
                    : ("HTTP/1.1", "http");
                var address = $"{scheme}://127.0.0.1:{Port}/{Interlocked.Increment(ref _requests)}";
                await writer.WriteAsync($"{protocol} 302 Found\r\n{number}Location: {address}\r\nContent-Length: 0\r\n\r\n");
            }
        }
        catch (IOException)
        {
            // The client went away.
        }
    }
}
