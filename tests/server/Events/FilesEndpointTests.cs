using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Streaming.Server.Events;
using Streaming.Server.Events.Store;

namespace Streaming.Server.Tests.Events;

/// <summary>/api/v1/files/.</summary>
public sealed class FilesEndpointTests : IAsyncLifetime
{
    private const string Secret = "secret";
    private readonly TempFolder _outside = new();
    private readonly EventFolder _folder = new();
    private EndpointHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _folder.Append("clips/yard/a.mp4", "0123456789");
        _folder.Append("snapshots/front door/ü&1.jpg", "picture");
        _folder.Append("secret.jpg", Secret);
        _folder.Append("yard/secret.jpg", Secret);
        _folder.Append("clips/yard/a.jsonl", Secret);
        _folder.Append("clips/yard/a.part.mp4", Secret);
        _folder.Append("clips/yard/a.mp4.keep", Secret);
        _folder.Append("clips/yard/a.JPG", Secret);
        _folder.Append("clips/.hidden/a.mp4", Secret);
        _folder.Append("clips/yard/empty.mp4", "");
        _folder.Append("clips/yard/folder.mp4/a", Secret);
        File.CreateSymbolicLink(_folder.PathOf("clips/yard/link.mp4"), _outside.File("outside.mp4", Secret));
        Directory.CreateSymbolicLink(_folder.PathOf("clips/linked"), _outside.Path);
        File.CreateSymbolicLink(_folder.PathOf("clips/yard/dangling.mp4"), _outside.File("gone.mp4"));
        _host = await EndpointHost.StartAsync(new FilesEndpoint(_folder.Path));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _folder.DisposeAsync();
        _outside.Dispose();
    }

    [Fact]
    public async Task Files_PicturesAndClips_AreServedWhole()
    {
        var picture = await _host.Http.GetAsync("/api/v1/files/snapshots/front%20door/%C3%BC%261.jpg");
        Assert.Equal("image/jpeg", picture.Content.Headers.ContentType!.MediaType);
        Assert.Equal("nosniff", picture.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("picture", await picture.Content.ReadAsStringAsync());
        var clip = await _host.Http.GetAsync("/api/v1/files/clips/yard/a.mp4");
        Assert.Equal("video/mp4", clip.Content.Headers.ContentType!.MediaType);
        Assert.Equal("bytes", clip.Headers.AcceptRanges.Single());
        Assert.Equal("0123456789", await clip.Content.ReadAsStringAsync());
        using var head = new HttpRequestMessage(HttpMethod.Head, "/api/v1/files/clips/yard/a.mp4");
        Assert.Equal(10, (await _host.Http.SendAsync(head)).Content.Headers.ContentLength);
        using var again = new HttpRequestMessage(HttpMethod.Get, "/api/v1/files/clips/yard/a.mp4");
        again.Headers.IfNoneMatch.Add(clip.Headers.ETag!);
        Assert.Equal(HttpStatusCode.NotModified, (await _host.Http.SendAsync(again)).StatusCode);
    }

    [Theory]
    [InlineData("2-4", HttpStatusCode.PartialContent, "234")]
    [InlineData("7-", HttpStatusCode.PartialContent, "789")]
    [InlineData("-1", HttpStatusCode.PartialContent, "9")]
    [InlineData("20-", HttpStatusCode.RequestedRangeNotSatisfiable, "")]
    public async Task Files_Ranges_AreServed(string range, HttpStatusCode status, string content)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/files/clips/yard/a.mp4");
        request.Headers.Range = RangeHeaderValue.Parse($"bytes={range}");
        var answer = await _host.Http.SendAsync(request);
        Assert.Equal((status, content), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
    }

    [Theory]
    [InlineData("secret.jpg")]
    [InlineData("yard/secret.jpg")]
    [InlineData("../secret.jpg")]
    [InlineData("clips/../secret.jpg")]
    [InlineData("clips/%2e%2e/secret.jpg")]
    [InlineData("clips/..%2fsecret.jpg")]
    [InlineData("clips/yard/..%2f..%2fsecret.jpg")]
    [InlineData("clips%2f..%2fsecret.jpg")]
    [InlineData("clips/%252e%252e/secret.jpg")]
    [InlineData("clips/..\\secret.jpg")]
    [InlineData("clips/..%5csecret.jpg")]
    [InlineData("clips/%c0%ae%c0%ae/secret.jpg")]
    [InlineData("clips/./yard/../../secret.jpg")]
    [InlineData("clips//yard/a.mp4")]
    [InlineData("/clips/yard/a.mp4")]
    [InlineData("clips/yard/a.mp4/")]
    [InlineData("clips/yard/a.mp4%00.jpg")]
    [InlineData("clips/yard/a.mp4%00")]
    [InlineData("clips/yard/link.mp4")]
    [InlineData("clips/yard/dangling.mp4")]
    [InlineData("clips/linked/outside.mp4")]
    [InlineData("clips/yard/a.part.mp4")]
    [InlineData("clips/yard/a.jsonl")]
    [InlineData("clips/yard/a.JPG")]
    [InlineData("clips/yard/a.mp4.keep")]
    [InlineData("clips/.hidden/a.mp4")]
    [InlineData("clips/yard/empty.mp4")]
    [InlineData("clips/yard/folder.mp4")]
    [InlineData("clips")]
    [InlineData("clips/")]
    [InlineData("CLIPS/yard/a.mp4")]
    [InlineData(".streaming-events.db")]
    [InlineData("")]
    public async Task Files_AnythingElse_IsNotThere(string path)
    {
        foreach (var whole in new[] { path, $"{_folder.Path}/{path}" })
        {
            var answer = await AskAsync($"/api/v1/files/{whole}");
            Assert.DoesNotContain(Secret, answer, StringComparison.Ordinal);
            // Kestrel itself turns down a NUL.
            Assert.StartsWith($"HTTP/1.1 {(path.Contains("%00", StringComparison.Ordinal) ? 400 : 404)} ", answer);
        }
    }

    /// <summary>Paths that no request can bring: the server puts them right before. Files of events may name them.</summary>
    [Theory]
    [InlineData("clips/../secret.jpg")]
    [InlineData("clips/yard/../../secret.jpg")]
    [InlineData("clips/yard/./a.mp4")]
    [InlineData("clips/yard/a.mp4\0.jpg")]
    [InlineData("/etc/passwd.jpg")]
    [InlineData("")]
    public void Find_PathThatLeadsElsewhere_IsNotThere(string path)
    {
        Assert.Null(KeptFolders.Find(_folder.Path, path));
    }

    [Fact]
    public async Task Files_Pipe_HoldsNobodyUp()
    {
        using var process = Process.Start("mkfifo", [_folder.PathOf("clips/yard/pipe.mp4")]);
        await process.WaitForExitAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await _host.Http.GetAsync("/api/v1/files/clips/yard/pipe.mp4")).StatusCode);
    }

    [Fact]
    public async Task Files_NameIsTooLong_IsNotThere()
    {
        var answer = await _host.Http.GetAsync($"/api/v1/files/clips/{new string('x', 5000)}/a.mp4");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    /// <summary>As it is: HttpClient would put the path right.</summary>
    private async Task<string> AskAsync(string path)
    {
        using var client = new TcpClient();
        var address = _host.Http.BaseAddress!;
        await client.ConnectAsync(IPAddress.Parse(address.Host), address.Port);
        await client.GetStream().WriteAsync(
            Encoding.UTF8.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadToEndAsync();
    }
}
