using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Streaming.Server.Tests;

/// <summary>The server obeys its arguments only, whatever lies in its working folder and environment.</summary>
public sealed class IsolationTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly int _port = Ports.Free();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Theory]
    [InlineData("appsettings.json")]
    [InlineData("appsettings.Production.json")]
    public async Task Start_SettingsFileInWorkingFolder_OpensNothing(string name)
    {
        _folder.File(name, Settings());
        using var server = await ServerProcess.StartAsync(_folder.Path);
        await AssertListensAloneAsync(server);
    }

    [Theory]
    [InlineData("ASPNETCORE_URLS")]
    [InlineData("DOTNET_URLS")]
    [InlineData("URLS")]
    [InlineData("Kestrel__Endpoints__Other__Url")]
    [InlineData("ASPNETCORE_Kestrel__Endpoints__Other__Url")]
    [InlineData("DOTNET_Kestrel__Endpoints__Other__Url")]
    public async Task Start_EnvironmentNamesAnotherEndpoint_OpensNothing(string variable)
    {
        using var server = await ServerProcess.StartAsync(
            _folder.Path, new Dictionary<string, string> { [variable] = $"http://127.0.0.1:{_port}" });
        await AssertListensAloneAsync(server);
    }

    [Fact]
    public async Task Run_SettingsFiles_AreNotWatched()
    {
        _folder.File("appsettings.json", "{}");
        using var server = await ServerProcess.StartAsync(_folder.Path);
        await AssertListensAloneAsync(server);
        Assert.DoesNotContain(server.OpenFiles(), file => file.Contains("inotify", StringComparison.Ordinal));
        Assert.DoesNotContain(server.OpenFiles(), file => file.StartsWith(_folder.Path, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_NoInotifyInstanceLeft_Listens()
    {
        const string limit = "echo 0 > /proc/sys/user/max_inotify_instances && exec \"$@\"";
        string[] none = ["unshare", "--user", "--map-root-user", "sh", "-c", limit, "-"];
        Assert.SkipUnless(
            await SucceedsAsync([.. none, "true"]), "user namespaces with limits of their own are not allowed on this machine");
        using var server = await ServerProcess.StartAsync(_folder.Path, null, none);
        await AssertListensAloneAsync(server);
    }

    private string Settings()
    {
        var url = $"http://127.0.0.1:{_port}";
        return $$$"""{ "Urls": "{{{url}}}", "Kestrel": { "Endpoints": { "Other": { "Url": "{{{url}}}" } } } }""";
    }

    private async Task AssertListensAloneAsync(ServerProcess server)
    {
        Assert.NotNull(server.Address);
        using var http = new HttpClient();
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync($"{server.Address}/healthz/live")).StatusCode);
        using var other = new TcpClient();
        var refused = await Assert.ThrowsAsync<SocketException>(() => other.ConnectAsync(IPAddress.Loopback, _port));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }

    private static async Task<bool> SucceedsAsync(string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true };
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }
}
