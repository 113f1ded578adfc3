using System.Net;
using System.Text.Json;
using Streaming.Cli.Commands;
using Streaming.Cli.Display;
using Streaming.Cli.Running;
using Streaming.Pipeline;
using Streaming.Pipeline.Metrics;
using Streaming.Server;
using Streaming.Server.Cameras;
using Streaming.Server.Health;
using Streaming.Stages.Frames;

namespace Streaming.Cli.Tests.Running;

/// <summary>What the live page tells of the program itself.</summary>
public sealed class SystemPartsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public async Task Parts_OfARun_TellWhatRunsAndWhatIsMissing()
    {
        var tiny = Path.Combine(Golden.RepositoryRoot(), "tests", "data", "golden", "tiny.yaml");
        var file = _folder.File("cameras.yaml");
        await File.WriteAllTextAsync(file, $$"""
            sources: []
            model: { config: "{{tiny}}", weights: "synthetic:1" }
            http: { listen: "127.0.0.1:0" }
            """);
        var options = new ServeOptions();
        var command = new System.CommandLine.Command("serve");
        options.AddTo(command);
        var plan = RunPlan.Of(options.Read(command.Parse([file]))) with { File = file, IsService = true };
        var terminal = Terminal.ForTest(TextWriter.Null, TextWriter.Null);
        var (health, metrics) = (new PipelineHealth(TimeProvider.System), new PipelineMetrics());
        using var parts = new SystemParts(plan, plan.Model.Describe(TimeProvider.System), health, terminal, TimeProvider.System);
        await using var server = await WebServer.StartAsync(
            new WebServerOptions(new IPEndPoint(IPAddress.Loopback, 0), parts.Endpoints), terminal.For("http"));
        using var http = new HttpClient { BaseAddress = new Uri(server.Address) };
        using (var status = await GetAsync(http, "status"))
        {
            Assert.Equal("cameras.yaml", status.RootElement.GetProperty("run_file").GetString());
            Assert.Equal("admin", status.RootElement.GetProperty("role").GetString());
            Assert.Equal(JsonValueKind.Null, status.RootElement.GetProperty("model").GetProperty("device").ValueKind);
        }

        using (var setup = await GetAsync(http, "setup"))
        {
            var needs = setup.RootElement.GetProperty("needs").EnumerateArray()
                .Select(need => need.GetProperty("how").GetString());
            Assert.Equal(
                ["streaming sources add synthetic:1280x720@30 --server http://127.0.0.1:0",
                    "streaming weights fetch mask_rcnn_R_50_FPN_3x"],
                needs.Where(how => how!.StartsWith("streaming", StringComparison.Ordinal)));
            Assert.False(setup.RootElement.GetProperty("has_model").GetBoolean());
        }

        using var detector = new FakeDetector();
        metrics.Describe("2.0", "cpu");
        var flow = new PipelineOptions { BatchSize = 3 };
        await using var pipeline = new VideoPipeline([detector], plan.Model.Categories, flow, metrics);
        health.Started(pipeline);
        parts.Serve(pipeline, flow);
        // Setup has waited for the doctor.
        using var system = await GetAsync(http, "system");
        var names = system.RootElement.GetProperty("doctor").EnumerateArray()
            .Select(item => item.GetProperty("name").GetString());
        Assert.Equal(["streaming", "processor", "libtorch", "OpenCV", "GStreamer"], names);
        Assert.Equal(3, system.RootElement.GetProperty("batching").GetProperty("max_size").GetInt32());
        Assert.Equal("""["cpu"]""", system.RootElement.GetProperty("devices").GetRawText());
        Assert.Equal(5, system.RootElement.GetProperty("stages").GetArrayLength());
        using var logs = await GetAsync(http, "logs");
        Assert.Contains(server.Address, logs.RootElement.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probe_SourceWithFrames_IsTold()
    {
        var report = await SourceProbe.RunAsync(
            new ProbeRequest("synthetic:64x48@30", null, null), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Equal((64, 48, true), (report.Width, report.Height, report.Live));
    }

    [Fact]
    public async Task Probe_CameraThatIsNotThere_SaysSoWithoutThePassword()
    {
        var exception = await Assert.ThrowsAsync<DecodeException>(() => SourceProbe.RunAsync(
            new ProbeRequest($"rtsp://admin:hush1@127.0.0.1:{Ports.Free()}/a?key=hush2", "admin", "hush3"),
            TimeProvider.System,
            TestContext.Current.CancellationToken));
        Assert.DoesNotContain("hush", exception.ToString(), StringComparison.Ordinal);
    }

    private static async Task<JsonDocument> GetAsync(HttpClient http, string path)
    {
        return JsonDocument.Parse(await http.GetStringAsync($"/api/v1/{path}"));
    }
}
