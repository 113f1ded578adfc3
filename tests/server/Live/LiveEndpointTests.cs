using System.Buffers.Binary;
using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Streaming.Model.Structures;
using Streaming.Server.Access;
using Streaming.Server.Connections;
using Streaming.Server.Live;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;
using Streaming.Stages.Live;

namespace Streaming.Server.Tests.Live;

/// <summary>The WebSocket of the live page, over a real connection.</summary>
public sealed class LiveEndpointTests : IAsyncLifetime
{
    private readonly PixelPool _pool = new();
    private readonly LiveHub _hub = new(TimeProvider.System, NullLogger.Instance);
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(60));
    private readonly List<IFrameSink> _sinks = [];
    private WebServer _server = null!;
    private int _index;

    public async ValueTask InitializeAsync()
    {
        _server = await WebServer.StartAsync(
            new WebServerOptions(
                new IPEndPoint(IPAddress.Loopback, 0),
                [new LiveEndpoint(_hub, () => "{\"type\":\"status\"}"u8.ToArray(), TimeProvider.System),
                 new SnapshotEndpoint(_hub, TimeProvider.System)])
            {
                Limits = ConnectionLimits.Viewers,
            },
            NullLogger.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Assert.Equal(0, _pool.Live);
        _pool.Dispose();
        _limit.Dispose();
    }

    [Fact]
    public async Task Watch_GetsStatusAndPicturesOfWhatItWatches()
    {
        var (first, second) = (Open("first"), Open("second"));
        using var socket = await ConnectAsync();
        await SendAsync(socket, """{"watch":[{"id":"second","size":"tile"}]}""");
        var picture = await NextPictureAsync(socket, () =>
        {
            Give(first, "first");
            Give(second, "second");
        });
        Assert.Equal("second", picture.Json.GetProperty("id").GetString());
        Assert.Equal([0xff, 0xd8], picture.Jpeg[..2]);
        Assert.Equal(0, _hub.Find("first")!.Encoded);
    }

    [Fact]
    public async Task Viewer_ThatAcknowledgesNothing_GetsTwoPicturesAndThenTheNewestOne()
    {
        var sink = Open("s");
        using var socket = await ConnectAsync();
        await SendAsync(socket, """{"watch":[{"id":"s","size":"full"}]}""");
        var first = await NextPictureAsync(socket, () => Give(sink, "s"));
        var second = await NextPictureAsync(socket, () => Give(sink, "s"));
        var feed = _hub.Find("s")!;
        while (feed.Encoded < second.Number + 5)
        {
            Give(sink, "s");
            await Task.Delay(10, _limit.Token);
        }

        await SendAsync(socket, $$$"""{"ack":{"id":"s","n":{{{second.Number}}}}}""");
        var third = await NextPictureAsync(socket, () => { });
        Assert.True(first.Number < second.Number);
        // What was encoded meanwhile was left out.
        Assert.True(third.Number >= second.Number + 5, $"{second.Number}, {third.Number}");
    }

    [Fact]
    public async Task Viewers_ThatLeave_EndTheEncoding()
    {
        var sink = Open("s");
        using (var socket = await ConnectAsync())
        {
            await SendAsync(socket, """{"watch":[{"id":"s","size":"tile"}]}""");
            await NextPictureAsync(socket, () => Give(sink, "s"));
            await SendAsync(socket, """{"watch":[]}""");
            await EncodingEndsAsync(sink);
            await SendAsync(socket, """{"watch":[{"id":"s","size":"tile"}]}""");
            await NextPictureAsync(socket, () => Give(sink, "s"));
        }

        // The connection is gone, without a word.
        await EncodingEndsAsync(sink);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("[]")]
    [InlineData("""{"watch":7}""")]
    public async Task Viewer_ThatSendsNonsense_IsLeft(string text)
    {
        using var socket = await ConnectAsync();
        await SendAsync(socket, text);
        await Assert.ThrowsAnyAsync<WebSocketException>(async () =>
        {
            var buffer = new byte[1024];
            while ((await socket.ReceiveAsync(buffer, _limit.Token)).MessageType != WebSocketMessageType.Close)
            {
                // The status may come before.
            }

            throw new WebSocketException("closed");
        });
    }

    [Fact]
    public async Task Watch_AnUnknownSourceOrSize_GetsNothing_UntilTheSourceBegins()
    {
        using var socket = await ConnectAsync();
        await SendAsync(socket, """{"watch":[{"id":"later","size":"tile"},{"id":"later2","size":"huge"},{"size":"tile"}]}""");
        var sink = Open("later");
        Assert.Equal("later", (await NextPictureAsync(socket, () => Give(sink, "later"))).Json.GetProperty("id").GetString());
    }

    [Fact]
    public async Task Snapshot_IsTheNextPicture_AndMissingWithoutSource()
    {
        using var http = new HttpClient { BaseAddress = new Uri(_server.Address) };
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/api/v1/sources/none/snapshot.jpg")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await http.GetAsync("/api/v1/sources/none/snapshot.jpg?size=x")).StatusCode);
        var sink = Open("s");
        var answer = http.GetAsync("/api/v1/sources/s/snapshot.jpg", _limit.Token);
        while (!answer.IsCompleted)
        {
            Give(sink, "s");
            await Task.Delay(10, _limit.Token);
        }

        Assert.Equal("image/jpeg", (await answer).Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Connect_FromAPageOfAnotherSite_IsRefused()
    {
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", "https://evil.example");
        var exception = await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(Address(), _limit.Token));
        Assert.Contains("403", exception.Message, StringComparison.Ordinal);
    }

    private async Task EncodingEndsAsync(IFrameSink sink)
    {
        var feed = _hub.Find("s")!;
        while (true)
        {
            // It learns a little later that nobody watches.
            var before = feed.Encoded;
            for (var i = 0; i < 30; i++)
            {
                Give(sink, "s");
                await Task.Delay(10, _limit.Token);
            }

            if (feed.Encoded == before)
            {
                return;
            }
        }
    }

    private IFrameSink Open(string id)
    {
        var sink = _hub.OutputOf(id).Open();
        _sinks.Add(sink);
        return sink;
    }

    private void Give(IFrameSink sink, string id)
    {
        var size = new ImageSize(36, 64);
        var identity = new FrameIdentity(id, 0, _index++, TimeSpan.Zero, PtsOrigin.Container, DateTimeOffset.UnixEpoch);
        using var frame = new OutputFrame(new Frame(identity, _pool.Rent(size)), new FrameResult(identity, size, []));
        sink.Write(frame);
    }

    private Uri Address()
    {
        return new Uri($"{_server.Address.Replace("http", "ws", StringComparison.Ordinal)}/api/v1/live");
    }

    private async Task<ClientWebSocket> ConnectAsync()
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", _server.Address);
        await socket.ConnectAsync(Address(), _limit.Token);
        return socket;
    }

    private Task SendAsync(ClientWebSocket socket, string text)
    {
        return socket.SendAsync(
            System.Text.Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, _limit.Token);
    }

    /// <summary>The next picture; frames are given until one comes.</summary>
    private async Task<(long Number, JsonElement Json, byte[] Jpeg)> NextPictureAsync(ClientWebSocket socket, Action give)
    {
        var message = ReceiveAsync(socket);
        while (true)
        {
            give();
            if (await Task.WhenAny(message, Task.Delay(20, _limit.Token)) != message)
            {
                _limit.Token.ThrowIfCancellationRequested();
                continue;
            }

            var (type, bytes) = await message;
            if (type == WebSocketMessageType.Binary)
            {
                var length = (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes);
                var json = JsonDocument.Parse(bytes.AsMemory(4, length)).RootElement;
                return (json.GetProperty("n").GetInt64(), json, bytes[(4 + length)..]);
            }

            message = ReceiveAsync(socket);
        }
    }

    private async Task<(WebSocketMessageType Type, byte[] Bytes)> ReceiveAsync(ClientWebSocket socket)
    {
        var (buffer, length) = (new byte[1 << 20], 0);
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(length), _limit.Token);
            length += part.Count;
            if (part.EndOfMessage)
            {
                return (part.MessageType, buffer[..length]);
            }
        }
    }
}
