using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Streaming.Testing;

/// <summary>An HTTP server that begins an answer and then sends a byte each half second, without end.</summary>
public sealed class DripServer : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public DripServer()
    {
        _listener.Start();
        Url = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/drip";
        _ = ServeAsync();
    }

    public string Url { get; }

    public void Dispose()
    {
        _listener.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                _ = AnswerAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The server was closed.
        }
    }

    private static async Task AnswerAsync(TcpClient client)
    {
        try
        {
            using (client)
            await using (var stream = client.GetStream())
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"));
                using var timer = new PeriodicTimer(Pause);
                while (await timer.WaitForNextTickAsync())
                {
                    await stream.WriteAsync(new byte[1]);
                }
            }
        }
        catch (IOException)
        {
            // The client has gone.
        }
    }
}
