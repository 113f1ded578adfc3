using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Streaming.Testing;

/// <summary>
/// A camera of the simplest kind: an HTTP server that sends one picture after the other (multipart/x-mixed-replace).
/// </summary>
public sealed class MultipartServer : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly string _contentType;
    private readonly byte[] _picture;

    /// <param name="contentType">Of a picture, for example "image/jpeg".</param>
    /// <param name="picture">A picture's file.</param>
    public MultipartServer(string contentType, byte[] picture)
    {
        (_contentType, _picture) = (contentType, picture);
        _listener.Start();
        Url = string.Create(
            CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/camera");
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

    private async Task AnswerAsync(TcpClient client)
    {
        try
        {
            using (client)
            await using (var stream = client.GetStream())
            {
                var header = "HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=picture\r\n\r\n";
                var start = $"--picture\r\nContent-Type: {_contentType}\r\nContent-Length: {_picture.Length}\r\n\r\n";
                byte[] part = [.. Encoding.ASCII.GetBytes(start), .. _picture, .. "\r\n"u8];
                await stream.WriteAsync(Encoding.ASCII.GetBytes(header));
                using var timer = new PeriodicTimer(Pause);
                while (await timer.WaitForNextTickAsync())
                {
                    await stream.WriteAsync(part);
                }
            }
        }
        catch (IOException)
        {
            // The client has gone.
        }
    }
}
