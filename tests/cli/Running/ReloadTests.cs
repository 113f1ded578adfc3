using System.Collections.Concurrent;
using System.Globalization;
using Streaming.Cli.Commands;
using Streaming.Cli.Display;
using Streaming.Cli.Running;
using Streaming.Config.Zoo;
using Streaming.Pipeline;
using Streaming.Pipeline.Metrics;
using Streaming.Stages.Frames;

namespace Streaming.Cli.Tests.Running;

/// <summary>A run file that is read again while its sources run.</summary>
public sealed class ReloadTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly PixelPool _pool = new();
    private readonly PipelineMetrics _metrics = new();
    private readonly FakeDetector _detector = new();
    private readonly StringWriter _log = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, LoopSource> _current = new();
    private readonly ConcurrentQueue<(string Id, double? MaxFps, LoopSource Loop)> _created = new();
    private readonly VideoPipeline _pipeline;
    private readonly RunningSources _sources;
    private readonly Terminal _terminal;
    private RunPlan _plan = null!;
    private Task<IReadOnlyList<SourceStatus>> _work = null!;

    public ReloadTests()
    {
        _pipeline = new VideoPipeline([_detector], [new Category(1, "person")], new PipelineOptions(), _metrics);
        _sources = new RunningSources(_pipeline, (source, _) =>
        {
            var loop = _current[source.Id] = new LoopSource(source.Id, _pool);
            _created.Enqueue((source.Id, source.MaxFps, loop));
            return loop.Job;
        });
        _terminal = Terminal.ForTest(TextWriter.Null, _log);
    }

    private string File => _folder.File("run.yaml");

    private string Log => _log.ToString();

    private string[] Running => [.. _pipeline.Sources.Select(source => source.Id)];

    public ValueTask InitializeAsync()
    {
        Write("  - { id: a, input: usb:1 }", "  - { id: b, input: usb:2 }");
        _plan = Read() with { File = File };
        _work = _sources.RunAsync(_plan.Config.Sources, _stop.Token);
        return default;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Assert.All(await _work, status => Assert.Equal((SourceState.Ended, true), (status.State, status.Counts.Error is null)));
        await _pipeline.DisposeAsync();
        Assert.All(_created, item => Assert.Equal(2, item.Loop.Disposed));
        Assert.Equal(0, _pool.Live);
        _pool.Dispose();
        _stop.Dispose();
        _detector.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Run_SourceAddedRemovedAndChanged_LeavesTheOthersAlone()
    {
        Write("  - { id: b, input: usb:2, max_fps: 5 }", "  - { id: c, input: usb:3 }", "  - { id: a, input: usb:1 }");
        await ReloadAsync();
        Assert.Equal(["a", "b", "c"], Running);
        Assert.Equal([("a", null), ("b", null), ("b", 5.0), ("c", null)], _created.Select(item => (item.Id, item.MaxFps)));
        Assert.Equal(["b", "c", "a"], _sources.Wanted.Select(source => source.Id));
        Assert.Contains("taken over; 1 sources added, 1 started anew, 0 removed", Log, StringComparison.Ordinal);

        Write("  - { id: a, input: usb:1 }");
        await ReloadAsync();
        Assert.Equal(["a"], Running);
        Assert.Contains("taken over; 0 sources added, 0 started anew, 2 removed", Log, StringComparison.Ordinal);
        Assert.DoesNotContain("source=\"b\"", await ExportAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("  - { id: c, input: usb:3, strides: 2 }", "sources[0].strides: is not known.")]
    [InlineData("  - { id: c, input: nothing.mp4 }", "nothing.mp4: there is no such file or folder.")]
    [InlineData("  - { id: c, input: usb:3 }\n  - { id: c, input: usb:4 }", "2 sources have this id; each needs its own.")]
    [InlineData("  - [", "run.yaml")]
    public async Task Run_ErrorInTheFile_LeavesEverythingAsItWas(string source, string expected)
    {
        Write(source);
        await ReloadAsync();
        Assert.Equal(["a", "b"], Running);
        Assert.Equal(2, _created.Count);
        Assert.Contains(expected, Log, StringComparison.Ordinal);
        Assert.Contains("The run goes on as it was", Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_FileIsGone_LeavesEverythingAsItWas()
    {
        System.IO.File.Delete(File);
        await ReloadAsync();
        Assert.Equal(["a", "b"], Running);
        Assert.Contains("run.yaml: cannot be read", Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_SettingThatCannotChange_IsNamedAndTheRestTakenOver()
    {
        Write("  - { id: a, input: usb:1 }\nmetrics: { listen: '127.0.0.1:1' }\nverbose: true");
        await ReloadAsync();
        Assert.Equal(["a"], Running);
        Assert.Matches(@"run\.yaml:4: metrics\.listen: .*127\.0\.0\.1:1.*: counts after a restart only", Log);
        Assert.DoesNotContain("verbose", Log, StringComparison.Ordinal);
        Assert.True(_terminal.Levels.Allow("pipeline", Microsoft.Extensions.Logging.LogLevel.Debug));
    }

    [Theory]
    [InlineData(20)]
    [InlineData(1000, Traits = ["Category", "Slow"])]
    public async Task Run_RandomChanges_LoseNoFrameOfUndisturbedSourcesAndLeakNothing(int reloads)
    {
        var random = new Random(reloads);
        string[] undisturbed = ["  - { id: a, input: usb:1 }", "  - { id: b, input: usb:2 }"];
        for (var i = 0; i < reloads; i++)
        {
            var isBad = random.Next(10) == 0;
            string[] more =
            [
                .. Enumerable.Range(0, 6).Where(_ => random.Next(2) == 0).Select(number => string.Create(
                    CultureInfo.InvariantCulture,
                    $"  - {{ id: x{number}, input: usb:{number + 3}, max_fps: {random.Next(1, 4)} }}")),
            ];
            Write([.. undisturbed, .. more, .. isBad ? ["  - { id: y }"] : Array.Empty<string>()]);
            var before = Running;
            await ReloadAsync();
            string[] wanted = [.. _sources.Wanted.Select(source => source.Id).Order(StringComparer.Ordinal)];
            Assert.Equal(isBad ? before : wanted, Running);
        }

        Write(undisturbed);
        await ReloadAsync();
        Assert.Equal(["a", "b"], Running);
        foreach (var id in Running)
        {
            // One stream from first to last, every frame in its place, and more to come.
            Assert.Single(_created, item => item.Id == id);
            var loop = _current[id];
            var written = loop.Written;
            SpinWait.SpinUntil(() => loop.Written > written, TimeSpan.FromMinutes(1));
            Assert.Equal((0, true), (loop.OutOfOrder, loop.Written > written));
        }

        Assert.DoesNotContain("source=\"x", await ExportAsync(), StringComparison.Ordinal);
        var others = _created.Where(item => item.Id[0] == 'x');
        Assert.All(others, item => Assert.Equal((0, 2), (item.Loop.OutOfOrder, item.Loop.Disposed)));
    }

    private static RunPlan Read(string file)
    {
        return RunPlan.Of(new RunOptions().ReadFile(file));
    }

    private RunPlan Read()
    {
        return Read(File);
    }

    private Task<ReloadResult?> ReloadAsync()
    {
        return new Reload(_sources, _plan, new NoOutputs(), _terminal).RunAsync(Read);
    }

    private void Write(params string[] sources)
    {
        _folder.File(
            "run.yaml",
            $"model: {{ config: {Golden.File("tiny.yaml")}, weights: {Golden.File("tiny.pkl")} }}\n"
                + $"sources:\n{string.Join('\n', sources)}\n");
    }

    private async Task<string> ExportAsync()
    {
        using var stream = new MemoryStream();
        await _metrics.Registry.CollectAndExportAsTextAsync(stream);
        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }
}
