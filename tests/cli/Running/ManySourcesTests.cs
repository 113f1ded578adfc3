using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Streaming.Cli.Running;
using Streaming.Config.Run;
using Streaming.Pipeline;

namespace Streaming.Cli.Tests.Running;

/// <summary>Sources that come and go through the API leave nothing behind, and disturb nobody.</summary>
[Collection(nameof(ManySourcesTests))]
[CollectionDefinition(nameof(ManySourcesTests), DisableParallelization = true)]
public sealed class ManySourcesTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(100)]
    [InlineData(1000, Traits = ["Category", "Slow"])]
    public async Task Sources_AddedAndRemoved_LeakNothingAndLoseNoFrameElsewhere(int count)
    {
        SourceJobs? jobs = null;
        SourceJob? Create(ControlledRun run, SourceConfig source, bool isAgain)
        {
            return source.Id == "steady" ? run.Loop(source) : jobs!.Create(source, isAgain);
        }

        await using var run = new ControlledRun(
            Create, "output: { folder: out }", "sources:", "  - { id: steady, input: usb:1 }");
        using var outputs = new RunOutputs(
            run.Plan.Config, run.Plan.Model.Describe(TimeProvider.System), TimeProvider.System, NullLogger.Instance);
        jobs = new SourceJobs(outputs, run.Pool, run.Terminal, TimeProvider.System, CancellationToken.None);
        outputs.CreateFolder([]);
        run.Outputs = new ReloadOutputs(jobs, run.Sources);
        await using var server = await run.ServeAsync();
        using var client = new HttpClient { BaseAddress = new Uri(server.Address) };
        var before = run.Text;
        var (files, threads) = (0, 0);
        for (var i = 0; i < count; i++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"x{i}");
            var settings = new JsonObject { ["id"] = id, ["input"] = "synthetic:64x48@5" };
            using var added = await client.PostAsJsonAsync("/api/v1/sources", settings);
            Assert.True(added.StatusCode == HttpStatusCode.Created, await added.Content.ReadAsStringAsync());
            using var removed = await client.DeleteAsync($"/api/v1/sources/{id}");
            Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
            if (i == count / 10)
            {
                (files, threads) = Look();
            }
        }

        // A thread that ends is there for a moment; one that leaks stays.
        var most = (Files: files + (count / 10), Threads: threads + (count / 10));
        SpinWait.SpinUntil(() => Look() is var now && now.Files <= most.Files && now.Threads <= most.Threads, Patience);
        var after = Look();
        Assert.InRange(after.Files, 0, most.Files);
        Assert.InRange(after.Threads, 0, most.Threads);
        Assert.DoesNotContain("source=\"x", await run.MetricsAsync(), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(run.Folder, "out"), "*.lock"));
        Assert.Equal(before, run.Text);
        var (_, steady) = Assert.Single(run.Loops);
        var written = steady.Written;
        SpinWait.SpinUntil(() => steady.Written > written, TimeSpan.FromMinutes(1));
        Assert.Equal((0, 0, true), (steady.OutOfOrder, steady.Disposed, steady.Written > written));
    }

    private static (int Files, int Threads) Look()
    {
        using var process = Process.GetCurrentProcess();
        return (Directory.GetFiles("/proc/self/fd").Length, process.Threads.Count);
    }
}
