using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging.Abstractions;
using Streaming.Server.Access;
using Streaming.Server.Connections;
using Streaming.Server.Endpoints;
using Streaming.Server.Health;
using Streaming.Server.Page;

namespace Streaming.Server.Tests.Page;

/// <summary>How the live page's files are served.</summary>
public sealed class PageEndpointTests : IAsyncLifetime
{
    private readonly HttpClientHandler _plain = new() { AutomaticDecompression = DecompressionMethods.None };
    private WebServer? _server;
    private HttpClient? _http;

    private HttpClient Http => _http!;

    public async ValueTask InitializeAsync()
    {
        // With a token: the page itself needs none.
        _server = await WebServer.StartAsync(
            new WebServerOptions(
                new IPEndPoint(IPAddress.Loopback, 0),
                [new PageEndpoint(), new StatusEndpoint(new PipelineHealth(TimeProvider.System))])
            {
                Access = new AccessRules("secret"),
                Limits = ConnectionLimits.Viewers,
            },
            NullLogger.Instance);
        _http = new HttpClient(_plain) { BaseAddress = new Uri(_server.Address) };
    }

    public async ValueTask DisposeAsync()
    {
        _http?.Dispose();
        _plain.Dispose();
        await (_server?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    [Theory]
    [InlineData("/", "text/html")]
    [InlineData("/camera/gate", "text/html")]
    [InlineData("/camera/a%20b%2Fc", "text/html")]
    [InlineData("/events", "text/html")]
    [InlineData("/system", "text/html")]
    [InlineData("/settings", "text/html")]
    [InlineData("/add", "text/html")]
    [InlineData("/login", "text/html")]
    [InlineData("/assets/app.js", "text/javascript")]
    [InlineData("/assets/lib/format.js", "text/javascript")]
    [InlineData("/assets/app.css", "text/css")]
    [InlineData("/assets/icon.svg", "image/svg+xml")]
    public async Task Get_OfAPage_AnswersItsFileWithoutAToken(string path, string contentType)
    {
        using var answer = await Http.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(contentType, answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(answer.Content.Headers.ContentLength, (await answer.Content.ReadAsByteArrayAsync()).Length);
        Assert.Equal(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
            + "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
            Assert.Single(answer.Headers.GetValues("Content-Security-Policy")));
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-referrer", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
        Assert.True(answer.Headers.CacheControl?.NoCache);
    }

    [Fact]
    public async Task Get_OfThePage_IsTheSameDocumentAtEachPath()
    {
        var index = await Http.GetStringAsync("/");
        Assert.Contains("/assets/app.js", index, StringComparison.Ordinal);
        Assert.Equal(index, await Http.GetStringAsync("/camera/gate"));
        Assert.NotEqual(index, await Http.GetStringAsync("/login"));
    }

    [Theory]
    [InlineData("/assets/none.js")]
    [InlineData("/assets/")]
    [InlineData("/assets/../WebServer.cs")]
    [InlineData("/assets/..%2f..%2fetc%2fpasswd")]
    [InlineData("/assets/vendor/README.md")]
    [InlineData("/assets/lib/../app.js%00.css")]
    public async Task Get_OfWhatIsNoAsset_IsNotFound(string path)
    {
        using var answer = await Http.GetAsync(path);
        // What leads out of the assets is not the page's, and wants the token.
        Assert.Contains(
            answer.StatusCode, new[] { HttpStatusCode.NotFound, HttpStatusCode.BadRequest, HttpStatusCode.Unauthorized });
    }

    [Fact]
    public async Task OtherMethods_AreRefused_AndHeadHasNoBody()
    {
        using var post = new HttpRequestMessage(HttpMethod.Post, "/assets/app.js");
        post.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "secret");
        using var posted = await Http.SendAsync(post);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, posted.StatusCode);
        using var head = await Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/"));
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.True(head.Content.Headers.ContentLength > 0);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("gzip, deflate, br, zstd", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("br;q=0, gzip;q=0.5", "gzip")]
    [InlineData("deflate", null)]
    [InlineData("br;q=0", null)]
    [InlineData(null, null)]
    public async Task Get_IsCompressedAsTheClientTakesIt(string? accepted, string? coding)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/assets/app.css");
        if (accepted is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);
        }

        using var answer = await Http.SendAsync(request);
        Assert.Equal(coding, answer.Content.Headers.ContentEncoding.SingleOrDefault());
        Assert.Equal("Accept-Encoding", Assert.Single(answer.Headers.Vary));
        await using var body = await answer.Content.ReadAsStreamAsync();
        await using var decoded = coding switch
        {
            "br" => new BrotliStream(body, CompressionMode.Decompress),
            "gzip" => new GZipStream(body, CompressionMode.Decompress),
            _ => body,
        };
        using var read = new MemoryStream();
        await decoded.CopyToAsync(read);
        Assert.Equal(PageAssets.All["app.css"].Content("identity").ToArray(), read.ToArray());
    }

    [Fact]
    public async Task Get_OfWhatTheClientHas_IsNotModified()
    {
        using var first = await Http.GetAsync("/assets/app.css");
        var etag = first.Headers.ETag!;
        foreach (var (known, expected) in new[]
        {
            (etag, HttpStatusCode.NotModified),
            (new EntityTagHeaderValue(etag.Tag, isWeak: true), HttpStatusCode.NotModified),
            (EntityTagHeaderValue.Any, HttpStatusCode.NotModified),
            (new EntityTagHeaderValue("\"other\""), HttpStatusCode.OK),
        })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/assets/app.css");
            request.Headers.IfNoneMatch.Add(known);
            using var answer = await Http.SendAsync(request);
            Assert.Equal(expected, answer.StatusCode);
            Assert.Equal(etag, answer.Headers.ETag);
        }

        // Another form of the file is another entity.
        using var compressed = new HttpRequestMessage(HttpMethod.Get, "/assets/app.css");
        compressed.Headers.AcceptEncoding.ParseAdd("br");
        compressed.Headers.IfNoneMatch.Add(etag);
        using var other = await Http.SendAsync(compressed);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }
}
