using System.Net;
using Streaming.Server.Access;

namespace Streaming.Server.Tests.Access;

/// <summary>What was bound is what was asked for, or the server stops.</summary>
public sealed class BoundEndpointTests
{
    [Theory]
    [InlineData("127.0.0.1:9464", "http://127.0.0.1:9464", "127.0.0.1:9464")]
    [InlineData("127.0.0.1:0", "http://127.0.0.1:41234", "127.0.0.1:41234")]
    [InlineData("0.0.0.0:9464", "http://0.0.0.0:9464", "0.0.0.0:9464")]
    [InlineData("[::]:9464", "http://[::]:9464", "[::]:9464")]
    [InlineData("[::1]:0", "http://[::1]:80", "[::1]:80")]
    public void Check_AskedEndpoint_ReturnsItWithItsPort(string asked, string bound, string expected)
    {
        Assert.Equal(IPEndPoint.Parse(expected), BoundEndpoint.Check(IPEndPoint.Parse(asked), "http", [bound]));
    }

    [Theory]
    [InlineData("127.0.0.1:9464", "http://127.0.0.1:9465")]
    [InlineData("127.0.0.1:9464", "http://0.0.0.0:9464")]
    [InlineData("127.0.0.1:9464", "http://[::1]:9464")]
    [InlineData("127.0.0.1:9464", "https://127.0.0.1:9464")]
    [InlineData("127.0.0.1:9464", "http://unix:/run/other.sock")]
    [InlineData("127.0.0.1:9464", "http://127.0.0.1:9464", "http://0.0.0.0:9000")]
    [InlineData("127.0.0.1:9464")]
    public void Check_AnythingElse_Throws(string asked, params string[] bound)
    {
        var exception = Assert.Throws<IOException>(() => BoundEndpoint.Check(IPEndPoint.Parse(asked), "http", bound));
        Assert.Contains(asked, exception.Message, StringComparison.Ordinal);
        Assert.All(bound, address => Assert.Contains(address, exception.Message, StringComparison.Ordinal));
    }
}
