using System.Security.Cryptography;
using Microsoft.Extensions.Time.Testing;
using Streaming.Model.Weights;

namespace Streaming.Model.Tests.Weights;

/// <summary>Downloads from a real HTTP server on this machine.</summary>
public sealed class WeightsFetcherTests : IDisposable
{
    private const string ZooPath = "COCO/model/1/model_final.pkl";

    private readonly TempFolder _temp = new();
    private readonly FileServer _server = new();
    private readonly HttpClient _http = new();
    private readonly byte[] _content = RandomNumberGenerator.GetBytes(500_000);

    public WeightsFetcherTests()
    {
        _server.Files[$"/{ZooPath}"] = _content;
    }

    public void Dispose()
    {
        _http.Dispose();
        _server.Dispose();
        _temp.Dispose();
    }

    [Fact]
    public async Task FetchAsync_FirstTime_DownloadsAndRecordsTheChecksum()
    {
        var progress = new List<FetchProgress>();
        var (path, sha256, wasCached) =
            await CreateSut().FetchAsync(_server.Root, ZooPath, null, new Recorder(progress), default);
        Assert.Equal(_content, await File.ReadAllBytesAsync(path));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(_content)), sha256);
        Assert.Equal($"{sha256}\n", await File.ReadAllTextAsync($"{path}.sha256"));
        Assert.False(wasCached);
        Assert.False(File.Exists($"{path}.partial"));
        Assert.Equal(new FetchProgress(_content.Length, _content.Length), progress[^1]);
    }

    [Fact]
    public async Task FetchAsync_SecondTime_AsksNoServer()
    {
        await CreateSut().FetchAsync(_server.Root, ZooPath, null, null, default);
        Assert.Single(_server.Requests);
        var (_, _, wasCached) = await CreateSut().FetchAsync(_server.Root, ZooPath, null, null, default);
        Assert.True(wasCached);
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task FetchAsync_AfterACutConnection_GoesOnWhereItStopped()
    {
        _server.CutAfter = 200_000;
        var time = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromSeconds(1) };
        var fetch = CreateSut(time).FetchAsync(_server.Root, ZooPath, null, null, default);
        while (!fetch.IsCompleted)
        {
            // Pauses between tries end as soon as they begin.
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        var (path, _, _) = await fetch;
        Assert.Equal(_content, await File.ReadAllBytesAsync(path));
        Assert.Contains(_server.Requests, request => request.Range?.StartsWith("bytes=", StringComparison.Ordinal) == true);
        Assert.True(_server.BytesSent < 1.5 * _content.Length, $"{_server.BytesSent} bytes were sent");
    }

    [Fact]
    public async Task FetchAsync_CachedFileChanged_IsDeletedAndRefused()
    {
        var (path, _, _) = await CreateSut().FetchAsync(_server.Root, ZooPath, null, null, default);
        await File.AppendAllTextAsync(path, "x");
        var exception = await Assert.ThrowsAsync<ModelLoadException>(
            () => CreateSut().FetchAsync(_server.Root, ZooPath, null, null, default));
        Assert.Contains("fetch it again", exception.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task FetchAsync_OtherChecksumThanExpected_IsRefused()
    {
        var sut = CreateSut();
        await Assert.ThrowsAsync<ModelLoadException>(
            () => sut.FetchAsync(_server.Root, ZooPath, new string('0', 64), null, default));
        Assert.False(File.Exists(sut.PathOf(ZooPath)));
        Assert.False(File.Exists($"{sut.PathOf(ZooPath)}.partial"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FetchAsync_WrongChecksumForACachedFile_KeepsTheFile(bool isRecorded)
    {
        var (path, _, _) = await CreateSut().FetchAsync(_server.Root, ZooPath, null, null, default);
        if (!isRecorded)
        {
            File.Delete($"{path}.sha256");
        }

        var exception = await Assert.ThrowsAsync<ModelLoadException>(
            () => CreateSut().FetchAsync(_server.Root, ZooPath, new string('0', 64), null, default));
        Assert.Contains("the file stays", exception.Message, StringComparison.Ordinal);
        Assert.Equal(_content, await File.ReadAllBytesAsync(path));
        Assert.True((await CreateSut().FetchAsync(_server.Root, ZooPath, null, null, default)).WasCached);
    }

    [Theory]
    [InlineData("http://models.example/", true)]
    [InlineData("http://127.0.0.1:1/", false)]
    [InlineData("ftp://models.example/", true)]
    public async Task FetchAsync_NotEncrypted_IsRefusedBeforeAnythingIsSent(string root, bool allowsLoopbackHttp)
    {
        var sut = new WeightsFetcher(_http, _temp.Path, allowsLoopbackHttp: allowsLoopbackHttp);
        var exception = await Assert.ThrowsAsync<ModelLoadException>(
            () => sut.FetchAsync(new Uri(root), ZooPath, null, null, default));
        Assert.Equal($"{root}: checkpoints are fetched over https only; give an address with https://.", exception.Message);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_temp.Path));
    }

    [Fact]
    public async Task FetchAsync_NotOnTheServer_SaysSoAtOnce()
    {
        var exception = await Assert.ThrowsAsync<ModelLoadException>(
            () => CreateSut().FetchAsync(_server.Root, "no/such.pkl", null, null, default));
        Assert.Contains("the server answers 404", exception.Message, StringComparison.Ordinal);
        Assert.Single(_server.Requests);
    }

    private WeightsFetcher CreateSut(TimeProvider? time = null)
    {
        return new WeightsFetcher(_http, _temp.Path, time, allowsLoopbackHttp: true);
    }

    private sealed class Recorder(List<FetchProgress> progress) : IProgress<FetchProgress>
    {
        public void Report(FetchProgress value)
        {
            progress.Add(value);
        }
    }
}
