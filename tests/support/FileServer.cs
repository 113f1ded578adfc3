using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Streaming.Testing;

/// <summary>An HTTP server on this machine that serves bytes, understands ranges, and can cut connections.</summary>
public sealed class FileServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private long _bytesSent;

    public FileServer()
    {
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Root = new Uri($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/");
        }

        _listener.Prefixes.Add(Root.AbsoluteUri);
        _listener.Start();
        _ = ServeAsync();
    }

    public Uri Root { get; }

    /// <summary>Content by path.</summary>
    public ConcurrentDictionary<string, byte[]> Files { get; } = new();

    /// <summary>Every request so far.</summary>
    public ConcurrentQueue<(string Path, string? Range)> Requests { get; } = new();

    /// <summary>Each connection ends after so many bytes, or null.</summary>
    public int? CutAfter { get; set; }

    public long BytesSent => _bytesSent;

    public void Dispose()
    {
        _listener.Close();
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                Answer(await _listener.GetContextAsync());
            }
            catch (Exception exception)
                when (exception is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                // The server was closed, or the client went away.
            }
        }
    }

    private void Answer(HttpListenerContext context)
    {
        var (path, range) = (context.Request.Url!.AbsolutePath, context.Request.Headers["Range"]);
        Requests.Enqueue((path, range));
        using var response = context.Response;
        if (!Files.TryGetValue(path, out var content))
        {
            response.StatusCode = 404;
            return;
        }

        var start = range is null ? 0 : int.Parse(range["bytes=".Length..].TrimEnd('-'));
        if (range is not null)
        {
            var isInside = start < content.Length;
            response.StatusCode = isInside ? 206 : 416;
            var part = isInside ? $"{start}-{content.Length - 1}" : "*";
            response.Headers["Content-Range"] = $"bytes {part}/{content.Length}";
        }

        var body = content.AsMemory(Math.Min(start, content.Length));
        response.ContentLength64 = body.Length;
        var sent = Math.Min(body.Length, CutAfter ?? int.MaxValue);
        response.OutputStream.Write(body.Span[..sent]);
        Interlocked.Add(ref _bytesSent, sent);
        if (sent < body.Length)
        {
            response.Abort();
        }
    }
}
