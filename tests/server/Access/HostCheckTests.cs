using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Streaming.Pipeline.Metrics;
using Streaming.Server.Access;
using Streaming.Server.Health;

namespace Streaming.Server.Tests.Access;

/// <summary>Whose Host headers are answered: DNS rebinding gives itself away by the name.</summary>
public sealed class HostCheckTests
{
    [Theory]
    [InlineData("localhost", true)]
    [InlineData("LOCALHOST", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("[::1]", true)]
    [InlineData("", true)]
    [InlineData("evil.example", false)]
    [InlineData("localhost.evil.example", false)]
    [InlineData("127.0.0.1.evil.example", false)]
    [InlineData("camera-box", false)]
    [InlineData("camera-box.lan", false)]
    [InlineData("192.168.1.5", false)]
    [InlineData("0.0.0.0", false)]
    public void IsOwn_ListeningOnLoopback_LoopbackOnly(string host, bool expected)
    {
        Assert.Equal(expected, new HostCheck(IPAddress.Loopback, "camera-box", []).IsOwn(host));
    }

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("192.168.1.5", true)]
    [InlineData("[fd00::5]", true)]
    [InlineData("streaming", true)]
    [InlineData("camera-box", true)]
    [InlineData("Camera-Box.lan", true)]
    [InlineData("evil.example", false)]
    [InlineData("camera-box-2.evil.example", false)]
    [InlineData("evil.camera-box.lan", false)]
    public void IsOwn_ListeningBeyondLoopback_AddressesAndOwnNames(string host, bool expected)
    {
        Assert.Equal(expected, new HostCheck(IPAddress.Any, "camera-box", []).IsOwn(host));
    }

    [Theory]
    [InlineData("/metrics")]
    [InlineData("/status")]
    [InlineData("/healthz/live")]
    [InlineData("/nothing")]
    public async Task Get_ForeignHostHeader_Answers400AndTellsNothing(string path)
    {
        var health = new PipelineHealth(TimeProvider.System);
        await using var server = await WebServer.StartAsync(
            new IPEndPoint(IPAddress.Loopback, 0), null, new PipelineMetrics().Registry, health, NullLogger.Instance);
        using var http = new HttpClient { BaseAddress = new Uri(server.Address) };
        using var own = new HttpRequestMessage(HttpMethod.Get, path);
        own.Headers.Host = $"localhost:{http.BaseAddress.Port}";
        Assert.NotEqual(HttpStatusCode.BadRequest, (await http.SendAsync(own)).StatusCode);

        using var foreign = new HttpRequestMessage(HttpMethod.Get, path);
        foreign.Headers.Host = $"evil.example:{http.BaseAddress.Port}";
        var answer = await http.SendAsync(foreign);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.DoesNotContain("streaming_", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
