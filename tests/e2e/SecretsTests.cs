using System.Diagnostics;
using System.Net;
using System.Text.Json;

namespace Streaming.EndToEnd.Tests;

/// <summary>Sources that fail, each with a password: it shows up nowhere.</summary>
public sealed class SecretsTests : IDisposable
{
    private const string Password = "Zx9-s3cret";
    private const string Token = "t0ken-Qq7";
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public async Task Run_EverySourceFails_NoOutputShowsASecret()
    {
        Assert.SkipUnless(RtspServer.IsAvailable, "gst-rtsp-server and GStreamer's plugins are not on this machine");
        using var server = new RtspServer();
        server.Add("good", 160, 120, 25, "joe", Password);
        server.Add("locked", 160, 120, 25, "joe", Password);
        using var web = new HttpListener();
        var (webPort, metricsPort) = (Ports.Free(), Ports.Free());
        web.Prefixes.Add($"http://127.0.0.1:{webPort}/");
        web.Start();
        _ = Task.Run(() => RefuseAsync(web));

        var runFile = _folder.File("run.yaml");
        await File.WriteAllTextAsync(runFile, $$"""
            verbose: true
            model: { config: {{Golden.File("tiny.yaml")}}, weights: {{Golden.File("tiny.pkl")}} }
            output: { folder: out, video: true }
            metrics: { listen: "127.0.0.1:{{metricsPort}}", token: "${TOKEN}" }
            defaults: { open_timeout_s: 3 }
            sources:
              - { id: good,    input: "{{server.Url("good")}}", user: joe, password: "${PASSWORD}", max_fps: 2 }
              - { id: wrong,   input: "{{server.Url("locked")}}", user: joe, password: "no-${PASSWORD}" }
              - { id: in-url,  input: "rtsp://joe:${PASSWORD}@127.0.0.1:{{server.Port}}/nothing" }
              - { id: refused, input: "rtsp://joe:${PASSWORD}@127.0.0.1:1/x" }
              - { id: tls,     input: "rtsps://joe:${PASSWORD}@127.0.0.1:{{webPort}}/x" }
              - { id: web,     input: "http://127.0.0.1:{{webPort}}/x.mp4", user: joe, password: "${PASSWORD}" }
              - { id: codec,   input: "rtmp://joe:${PASSWORD}@127.0.0.1:1/x" }
              - { id: query,   input: "http://127.0.0.1:1/x.cgi?user=joe&pwd=${PASSWORD}" }
              - { id: kind,    input: "srt://joe:${PASSWORD}@127.0.0.1:1?passphrase=${PASSWORD}" }
              - { input: "rtsp://joe:12/${PASSWORD}@127.0.0.1/x" }
            """);
        var start = new ProcessStartInfo("dotnet", [CommandLine.Program, "run", runFile])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["PASSWORD"] = Password;
        start.Environment["TOKEN"] = Token;
        start.Environment["OPENCV_VIDEOIO_DEBUG"] = "1";
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        string status, metrics, processes;
        try
        {
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{metricsPort}") };
            http.DefaultRequestHeaders.Authorization = new("Bearer", Token);
            status = await WaitForFailuresAsync(http, process);
            metrics = await http.GetStringAsync("/metrics");
            var commands = Directory.GetDirectories("/proc").Select(folder => Path.Combine(folder, "cmdline"));
            processes = string.Concat(commands.Where(File.Exists).Select(ReadOrNothing));
            using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
            await process.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromMinutes(1)).Token);
        }
        finally
        {
            process.Kill();
            web.Stop();
        }

        var files = string.Concat(Directory.GetFiles(_folder.File("out"), "*.jsonl").Select(File.ReadAllText));
        Assert.Contains("\"type\":\"frame\"", files, StringComparison.Ordinal);
        (string, string)[] texts =
        [
            ("output", await output), ("log", await error), ("status", status), ("metrics", metrics), ("processes", processes),
            ("files", files),
        ];
        foreach (var (what, text) in texts)
        {
            Assert.False(text.Contains(Password, StringComparison.Ordinal), $"{what}: {text}");
            Assert.False(text.Contains(Token, StringComparison.Ordinal), what);
        }

        // The errors are told all the same, each by its kind.
        (string, string)[] codes =
        [
            ("wrong", "authentication"), ("in-url", "not_found"), ("refused", "refused"), ("web", "authentication"),
            ("query", "refused"), ("127.0.0.1_x", "not_found"),
        ];
        foreach (var (id, code) in codes)
        {
            Assert.Contains(
                $"streaming_source_reconnects_total{{source=\"{id}\",code=\"{code}\"}}", metrics, StringComparison.Ordinal);
        }

        Assert.Contains(
            "codec: rtmp://127.0.0.1:1/x: user and password are supported for rtsp, rtsps, http and https only.",
            await error,
            StringComparison.Ordinal);
        Assert.Contains("query: http://127.0.0.1:1/x.cgi: nobody answers there", await error, StringComparison.Ordinal);
        Assert.Contains("kind: addresses that begin with srt:// are not supported", await error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rtsp://joe:Zx9-s3cret@127.0.0.1:1/x")]
    [InlineData("rtsp://joe:Zx9-s3cret/@127.0.0.1:1/x")]
    [InlineData("rtsp://joe:12/Zx9-s3cret@127.0.0.1:1/x")]
    [InlineData("rtsp:/joe:Zx9-s3cret@127.0.0.1:1/x")]
    [InlineData("srt://joe:Zx9-s3cret@127.0.0.1:1/x")]
    [InlineData("http://127.0.0.1:1/x?token=Zx9-s3cret")]
    [InlineData("http://127.0.0.1:1/x?user=joe&pwd=Zx9-s3cret#Zx9-s3cret")]
    public async Task Probe_PasswordInTheAddress_IsNotRepeated(string address)
    {
        var (code, output, error) = await CommandLine.RunAsync("probe", address, "--timeout", "2");
        Assert.Equal(1, code);
        Assert.DoesNotContain(Password, output + error, StringComparison.Ordinal);
    }

    /// <summary>Until the good one runs and all others have failed.</summary>
    private static async Task<string> WaitForFailuresAsync(HttpClient http, Process process)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        var status = "";
        for (var i = 0; i < 300; i++)
        {
            await timer.WaitForNextTickAsync();
            Assert.False(process.HasExited);
            try
            {
                status = await http.GetStringAsync("/status");
            }
            catch (HttpRequestException)
            {
                // It is still starting.
                continue;
            }

            var sources = JsonDocument.Parse(status).RootElement.GetProperty("sources").EnumerateArray().ToArray();
            if (sources.Length == 10 && sources.All(source => source.GetProperty("id").GetString() == "good"
                ? source.GetProperty("frames_emitted").GetInt64() > 2
                : source.GetProperty("last_error").ValueKind == JsonValueKind.String))
            {
                return status;
            }
        }

        throw new TimeoutException(status);
    }

    private static async Task RefuseAsync(HttpListener web)
    {
        try
        {
            while (true)
            {
                var context = await web.GetContextAsync();
                context.Response.StatusCode = 401;
                context.Response.AddHeader("WWW-Authenticate", "Basic realm=\"camera\"");
                context.Response.Close();
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static string ReadOrNothing(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            // The process is gone.
            return "";
        }
    }
}
