using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Streaming.Testing;

/// <summary>An HTTPS server on this machine that answers every request with the same bytes.</summary>
public sealed class TlsFileServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 _certificate;
    private readonly byte[] _content;

    public TlsFileServer(X509Certificate2 certificate, byte[] content)
    {
        // A key that was just made has to go through a file's format before SslStream takes it.
        (_certificate, _content) = (X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null), content);
        _listener.Start();
        Root = new Uri($"https://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _ = ServeAsync();
    }

    public Uri Root { get; }

    public void Dispose()
    {
        _listener.Dispose();
        _certificate.Dispose();
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
            {
                await using var stream = new SslStream(client.GetStream());
                await stream.AuthenticateAsServerAsync(_certificate);
                using var reader = new StreamReader(stream, leaveOpen: true);
                while (await reader.ReadLineAsync() is { Length: > 0 })
                {
                    // The request's headers do not matter.
                }

                var header = $"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length: {_content.Length}\r\n"
                    + "Connection: close\r\n\r\n";
                await stream.WriteAsync(Encoding.ASCII.GetBytes(header));
                await stream.WriteAsync(_content);
                await stream.ShutdownAsync();
            }
        }
        catch (Exception exception) when (exception is IOException or AuthenticationException)
        {
            // The client does not trust us, or has read enough.
        }
    }
}
