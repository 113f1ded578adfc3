using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using OpenCvSharp;
using Streaming.Config.Zoo;
using Streaming.Pipeline;
using Streaming.Server.Access;
using Streaming.Server.Connections;
using Streaming.Server.Detect;
using Streaming.Stages.Frames;
using Streaming.Stages.Requests;

namespace Streaming.Server.Tests.Detect;

/// <summary>Pictures in, detections out, through a real pipeline and over a real connection.</summary>
public sealed class DetectEndpointTests : IAsyncLifetime
{
    private const int Capacity = 4;

    private readonly PixelPool _pool = new();
    private readonly FakeDetector _detector = new();
    private readonly PictureRequests _requests;
    private VideoPipeline _pipeline = null!;
    private WebServer _server = null!;
    private HttpClient _http = null!;

    public DetectEndpointTests()
    {
        _requests = new PictureRequests(_pool, new PixelLimit(1), Capacity, TimeProvider.System);
    }

    public async ValueTask InitializeAsync()
    {
        _pipeline = new VideoPipeline([_detector], [new Category(1, "person")], new PipelineOptions { BatchSize = 2 });
        _pipeline.Add(new SourceJob(PictureRequests.SourceId, (_, _) => _requests.Open(), _ => [_requests.Answers()])
        {
            IsHidden = true,
        });
        _server = await WebServer.StartAsync(
            new WebServerOptions(new IPEndPoint(IPAddress.Loopback, 0), [new DetectEndpoint(_requests, () => true)])
            {
                Limits = ConnectionLimits.Viewers,
            },
            NullLogger.Instance);
        _http = new HttpClient { BaseAddress = new Uri(_server.Address) };
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
        await _pipeline.DisposeAsync();
        _requests.Dispose();
        _detector.Dispose();
        Assert.Equal(0, _pool.Live);
        _pool.Dispose();
    }

    [Fact]
    public async Task Post_APicture_TellsWhatIsInIt()
    {
        var answer = await PostAsync(Picture(40, 30));
        var image = Assert.Single((await JsonAsync(answer)).GetProperty("images").EnumerateArray());
        Assert.Equal((40, 30), (image.GetProperty("width").GetInt32(), image.GetProperty("height").GetInt32()));
        var found = Assert.Single(image.GetProperty("detections").EnumerateArray());
        Assert.Equal("person", found.GetProperty("category").GetString());
        // The program's own source is not one that users see.
        Assert.Empty(_pipeline.Sources);
    }

    [Fact]
    public async Task Post_AForm_AnswersEachPictureByItsName_TheDamagedOneToo()
    {
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(Picture(40, 30)), "a", "first.png" },
            { new ByteArrayContent([1, 2, 3]), "b", "broken.jpg" },
            { new ByteArrayContent(Picture(20, 10)), "c", "../../third.png" },
        };
        var answer = await JsonAsync(await _http.PostAsync("/api/v1/detect", form));
        var images = answer.GetProperty("images").EnumerateArray().ToList();
        Assert.Equal(["first.png", "broken.jpg", "third.png"], images.Select(image => image.GetProperty("name").GetString()));
        Assert.Equal([false, true, false], images.Select(image => image.TryGetProperty("error", out _)));
        Assert.Equal([1, 0, 1], images.Select(image => image.GetProperty("detections").GetArrayLength()));
    }

    [Fact]
    public async Task Post_OnlyScoresThatAreWanted()
    {
        var image = (await JsonAsync(await PostAsync(Picture(40, 30), query: "?score=1"))).GetProperty("images")[0];
        Assert.Equal(0, image.GetProperty("detections").GetArrayLength());
        await RefusedAsync(await PostAsync(Picture(40, 30), query: "?score=2"), HttpStatusCode.BadRequest, "score");
    }

    [Fact]
    public async Task Post_WhatIsNoPicture_IsRefusedInASentence()
    {
        await RefusedAsync(await PostAsync([1, 2, 3]), HttpStatusCode.BadRequest, "cannot be decoded");
        await RefusedAsync(await PostAsync([]), HttpStatusCode.BadRequest, "cannot be decoded");
        await RefusedAsync(await PostAsync([1], type: "text/plain"), HttpStatusCode.UnsupportedMediaType, "image/jpeg");
        // A small file that stands for a large picture: its header is enough.
        await RefusedAsync(await PostAsync(Picture(2000, 1000)), HttpStatusCode.BadRequest, "megapixels");
    }

    [Fact]
    public async Task Post_AGigabyte_IsRefusedAtOnce()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/detect") { Content = new EndlessContent(1L << 30) };
        request.Headers.ExpectContinue = true;
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        await RefusedAsync(await _http.SendAsync(request), HttpStatusCode.RequestEntityTooLarge, "32 MiB");
    }

    [Fact]
    public async Task Post_MoreThanMayWait_IsToldToComeBack()
    {
        Assert.True(_requests.TryReserve(Capacity));
        var refused = await PostAsync(Picture(40, 30));
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
        await RefusedAsync(refused, HttpStatusCode.TooManyRequests, "wait");
        _requests.Free(Capacity);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(Picture(40, 30))).StatusCode);
    }

    [Fact]
    public async Task Post_ManyAtOnce_EachGetsItsOwn()
    {
        var sizes = Enumerable.Range(0, 60).Select(i => (Width: 20 + i, Height: 80 - i)).ToList();
        await Parallel.ForEachAsync(sizes, new ParallelOptions { MaxDegreeOfParallelism = Capacity }, async (size, _) =>
        {
            var image = (await JsonAsync(await PostAsync(Picture(size.Width, size.Height)))).GetProperty("images")[0];
            Assert.Equal(size, (image.GetProperty("width").GetInt32(), image.GetProperty("height").GetInt32()));
        });
    }

    [Fact]
    public async Task Run_Ends_WhoWaitsIsTold()
    {
        await _pipeline.DisposeAsync();
        await RefusedAsync(await PostAsync(Picture(40, 30)), HttpStatusCode.BadRequest, "stops");
    }

    private static byte[] Picture(int width, int height)
    {
        using var picture = new Mat(height, width, MatType.CV_8UC3, Scalar.Gray);
        return picture.ToBytes(".png");
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private static async Task RefusedAsync(HttpResponseMessage answer, HttpStatusCode status, string word)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains(word, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task<HttpResponseMessage> PostAsync(byte[] content, string type = "image/png", string query = "")
    {
        using var body = new ByteArrayContent(content);
        body.Headers.ContentType = new MediaTypeHeaderValue(type);
        return await _http.PostAsync($"/api/v1/detect{query}", body);
    }

    /// <summary>Says how long it is, and would go on for so long.</summary>
    private sealed class EndlessContent(long length) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var part = new byte[1 << 16];
            for (var sent = 0L; sent < length; sent += part.Length)
            {
                await stream.WriteAsync(part);
            }
        }

        protected override bool TryComputeLength(out long length1)
        {
            length1 = length;
            return true;
        }
    }
}
