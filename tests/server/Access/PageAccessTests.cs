using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Streaming.Server.Access;
using Streaming.Server.Connections;
using Streaming.Server.Endpoints;

namespace Streaming.Server.Tests.Access;

/// <summary>Who may do what on the live page's server: tokens, sessions, origins, guesses.</summary>
public sealed class PageAccessTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(50));
    private WebServer _server = null!;
    private HttpClient _http = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await WebServer.StartAsync(
            new WebServerOptions(new IPEndPoint(IPAddress.Loopback, 0), [new Thing()])
            {
                Access = new AccessRules("admin-token", "view-token"),
                Proxies = ["cams.example.org"],
                Limits = ConnectionLimits.Viewers,
                Time = _time,
            },
            NullLogger.Instance);
        _http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = new Uri(_server.Address),
        };
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("GET", null, 401)]
    [InlineData("POST", null, 401)]
    [InlineData("GET", "wrong", 401)]
    [InlineData("GET", "view-token", 200)]
    [InlineData("POST", "view-token", 403)]
    [InlineData("GET", "admin-token", 200)]
    [InlineData("POST", "admin-token", 200)]
    public async Task Token_AllowsWhatItsRoleMay(string method, string? token, int expected)
    {
        Assert.Equal(expected, (int)(await SendAsync(method, token)).StatusCode);
    }

    [Theory]
    [InlineData("admin-token", 200)]
    [InlineData("view-token", 403)]
    public async Task Login_GivesASession_ThatNoScriptReadsAndNoOtherSiteSends(string token, int onChange)
    {
        var (answer, cookie) = await LoginAsync(token);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        var set = answer.Headers.GetValues("Set-Cookie").Single();
        Assert.All(["httponly", "samesite=strict", "secure", "path=/"], part => Assert.Contains(part, set.ToLowerInvariant()));
        Assert.DoesNotContain("token", cookie, StringComparison.Ordinal);
        Assert.Equal(200, (int)(await SendAsync("GET", cookie: cookie)).StatusCode);
        Assert.Equal(onChange, (int)(await SendAsync("POST", cookie: cookie)).StatusCode);
        _time.Advance(TimeSpan.FromDays(8));
        Assert.Equal(401, (int)(await SendAsync("GET", cookie: cookie)).StatusCode);
    }

    [Fact]
    public async Task Session_ThatSomebodyChanged_IsNone()
    {
        var (_, cookie) = await LoginAsync("view-token");
        // The role admin under the signature of a session that may only see.
        var raised = cookie.Replace("=1.", "=2.", StringComparison.Ordinal);
        Assert.Equal(401, (int)(await SendAsync("POST", cookie: raised)).StatusCode);
        Assert.Equal(401, (int)(await SendAsync("GET", cookie: cookie[..^2])).StatusCode);
        Assert.Equal(401, (int)(await SendAsync("GET", cookie: "streaming_session=0.9999999999.x")).StatusCode);
        Assert.Equal(401, (int)(await SendAsync("GET", cookie: "streaming_session=2.99999999999999999999.x")).StatusCode);
    }

    [Fact]
    public async Task Guesses_MustWaitLongerAndLonger_AndTheRightTokenAfterThem()
    {
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await LoginAsync($"guess {i}")).Answer.StatusCode);
        }

        var refused = (await LoginAsync("admin-token")).Answer;
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
        // Bearers are the same guesses.
        Assert.Equal(429, (int)(await SendAsync("GET", "admin-token")).StatusCode);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(401, (int)(await SendAsync("GET", "guess")).StatusCode);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(429, (int)(await SendAsync("GET", "admin-token")).StatusCode);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(200, (int)(await SendAsync("GET", "admin-token")).StatusCode);
    }

    [Theory]
    [InlineData("https://evil.example", null, 403)]
    [InlineData("null", null, 403)]
    [InlineData(null, "cross-site", 403)]
    [InlineData(null, "same-site", 403)]
    [InlineData("https://cams.example.org", "same-origin", 200)]
    [InlineData("own", "same-origin", 200)]
    [InlineData(null, null, 200)]
    public async Task Change_FromAPage_MustBeOfThisSite(string? origin, string? site, int expected)
    {
        using var request = Request("POST", "admin-token", null);
        request.Headers.Host = "cams.example.org";
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin == "own" ? "http://cams.example.org" : origin);
        }

        if (site is not null)
        {
            request.Headers.Add("Sec-Fetch-Site", site);
        }

        Assert.Equal(expected, (int)(await _http.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task Name_OfAForeignSite_IsRefused()
    {
        using var request = Request("GET", "admin-token", null);
        request.Headers.Host = "rebinding.example";
        Assert.Equal(HttpStatusCode.BadRequest, (await _http.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task Browser_WithoutSession_IsSentToTheForm()
    {
        using var request = Request("GET", null, null);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        Assert.Equal("/login", (await _http.SendAsync(request)).Headers.Location!.ToString());
    }

    [Fact]
    public async Task Body_WhereNothingIsRead_IsRefused()
    {
        using var request = Request("POST", "admin-token", null);
        request.Content = new StringContent("x");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await _http.SendAsync(request)).StatusCode);
        var (answer, _) = await LoginAsync(new string('x', 5000));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    private async Task<(HttpResponseMessage Answer, string Cookie)> LoginAsync(string token)
    {
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("token", token)]);
        var answer = await _http.PostAsync("/login", form);
        var cookie = answer.Headers.TryGetValues("Set-Cookie", out var set) ? set.First().Split(';')[0] : "";
        return (answer, cookie);
    }

    private async Task<HttpResponseMessage> SendAsync(string method, string? token = null, string? cookie = null)
    {
        using var request = Request(method, token, cookie);
        return await _http.SendAsync(request);
    }

    private static HttpRequestMessage Request(string method, string? token, string? cookie)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), "/thing");
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        return request;
    }

    private sealed class Thing : IEndpoint
    {
        public void Map(IEndpointRouteBuilder routes)
        {
            routes.MapGet("/thing", context => context.Response.WriteAsync("seen"));
            routes.MapPost("/thing", async context =>
            {
                await context.Request.Body.CopyToAsync(Stream.Null);
                await context.Response.WriteAsync("changed");
            });
        }
    }
}
