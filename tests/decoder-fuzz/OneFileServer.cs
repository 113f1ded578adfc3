using System.Net;
using System.Net.Sockets;

namespace Streaming.DecoderFuzz;

/// <summary>An HTTP server on this machine that serves the bytes that were put last.</summary>
internal sealed class OneFileServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private volatile byte[] _bytes = [];
    private int _number;

    public OneFileServer()
    {
        _listener.Start();
        _ = ListenAsync();
    }

    /// <summary>Serves other bytes.</summary>
    /// <returns>Their address.</returns>
    public string Put(byte[] bytes)
    {
        _bytes = bytes;
        return $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/{_number++}";
    }

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
                _ = ServeAsync(await _listener.AcceptTcpClientAsync().ConfigureAwait(false));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Nobody needs it any more.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                using var reader = new StreamReader(stream);
                while (await reader.ReadLineAsync().ConfigureAwait(false) is { Length: > 0 })
                {
                    // Whatever is asked, the answer is the same.
                }

                var header = $"HTTP/1.1 200 OK\r\nContent-Length: {_bytes.Length}\r\nConnection: close\r\n\r\n";
                await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(header)).ConfigureAwait(false);
                await stream.WriteAsync(_bytes).ConfigureAwait(false);
            }
            catch (IOException)
            {
                // The decoder has had enough, or has crashed.
            }
        }
    }
}
