using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Streaming.Pipeline.Metrics;
using Streaming.Server.Connections;
using Streaming.Server.Health;

namespace Streaming.Server.Tests;

/// <summary>Readers that come in masses, or while the process has no descriptor left.</summary>
public sealed class ConnectionsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public async Task Connect_MoreThanTheLimit_AreClosedAndRoomIsMadeByThoseThatLeave()
    {
        await using var server = await StartAsync();
        var sockets = new List<TcpClient>();
        try
        {
            for (var i = 0; i < ConnectionLimits.Readers.Connections; i++)
            {
                sockets.Add(await ConnectAsync(server.Address));
                Assert.StartsWith("HTTP/1.1 ", await AskAsync(sockets[i], "GET /healthz/live"), StringComparison.Ordinal);
            }

            using var tooMany = await ConnectAsync(server.Address);
            Assert.Equal("", await AskAsync(tooMany, "GET /healthz/live"));
            sockets[0].Dispose();
            Assert.StartsWith("HTTP/1.1 ", await AskUntilServedAsync(server.Address), StringComparison.Ordinal);
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task Request_HeadersNeverEnd_IsCutOff()
    {
        await using var server = await StartAsync();
        using var client = await ConnectAsync(server.Address);
        await client.GetStream().WriteAsync("GET /metrics HTTP/1.1\r\nHost: localhost\r\nX: "u8.ToArray());
        using var reader = new StreamReader(client.GetStream());
        Assert.StartsWith("HTTP/1.1 408 ", await reader.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_ProcessHasNoDescriptorLeft_ReadersAreServedFromTheReserve()
    {
        using var server = await StartWithFewDescriptorsAsync();
        Assert.Equal("full", await server.AskAsync("fill"));
        using var http = new HttpClient();
        for (var i = 0; i < 3 * DescriptorReserve.Size; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{server.Address}/metrics");
            request.Headers.ConnectionClose = true;
            Assert.Equal(HttpStatusCode.OK, (await http.SendAsync(request)).StatusCode);
        }
    }

    [Fact]
    public async Task Connect_ReserveIsUsedUp_WaitsInsteadOfThrowingWithoutEnd()
    {
        using var server = await StartWithFewDescriptorsAsync();
        Assert.Equal("full", await server.AskAsync("fill"));
        var sockets = new List<TcpClient>();
        try
        {
            for (var i = 0; i <= DescriptorReserve.Size; i++)
            {
                sockets.Add(await ConnectAsync(server.Address!));
            }

            var served = sockets.Take(DescriptorReserve.Size);
            foreach (var socket in served)
            {
                Assert.StartsWith("HTTP/1.1 ", await AskAsync(socket, "GET /healthz/live"), StringComparison.Ordinal);
            }

            // The last one waits, at no cost: Kestrel's own listener would throw thousands of exceptions meanwhile.
            var before = await server.AskAsync("thrown");
            for (var i = 0; i < 1000; i++)
            {
                Assert.Equal(before, await server.AskAsync("thrown"));
            }

            var answer = AskAsync(sockets[^1], "GET /healthz/live");
            Assert.Equal("empty", await server.AskAsync("empty"));
            Assert.StartsWith("HTTP/1.1 ", await answer, StringComparison.Ordinal);
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    }

    private static async Task<WebServer> StartAsync()
    {
        var endpoint = new IPEndPoint(IPAddress.Loopback, 0);
        return await WebServer.StartAsync(
            endpoint, null, new PipelineMetrics().Registry, new PipelineHealth(TimeProvider.System), NullLogger.Instance);
    }

    /// <summary>With all that a request needs loaded: that takes descriptors too.</summary>
    private async Task<ServerProcess> StartWithFewDescriptorsAsync()
    {
        var server = await ServerProcess.StartAsync(_folder.Path, null, "sh", "-c", "ulimit -n 400 && exec \"$@\"", "-");
        Assert.NotNull(server.Address);
        foreach (var path in new[] { "/healthz/live", "/metrics" })
        {
            using var client = await ConnectAsync(server.Address);
            Assert.StartsWith("HTTP/1.1 ", await AskAsync(client, $"GET {path}"), StringComparison.Ordinal);
        }

        return server;
    }

    private static async Task<TcpClient> ConnectAsync(string address)
    {
        var client = new TcpClient();
        var uri = new Uri(address);
        await client.ConnectAsync(IPAddress.Parse(uri.Host), uri.Port);
        return client;
    }

    /// <summary>The first bytes of the answer; none if the connection was closed.</summary>
    private static async Task<string> AskAsync(TcpClient client, string request)
    {
        try
        {
            var stream = client.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"{request} HTTP/1.1\r\nHost: localhost\r\n\r\n"));
            var buffer = new byte[4096];
            return Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer));
        }
        catch (IOException)
        {
            return "";
        }
    }

    /// <summary>The server learns a little later that a reader has left.</summary>
    private static async Task<string> AskUntilServedAsync(string address)
    {
        while (true)
        {
            using var client = await ConnectAsync(address);
            if (await AskAsync(client, "GET /healthz/live") is { Length: > 0 } answer)
            {
                return answer;
            }
        }
    }
}
