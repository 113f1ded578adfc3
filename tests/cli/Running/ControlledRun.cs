using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Streaming.Cli.Commands;
using Streaming.Cli.Display;
using Streaming.Cli.Running;
using Streaming.Config.Run;
using Streaming.Config.Zoo;
using Streaming.Pipeline;
using Streaming.Pipeline.Metrics;
using Streaming.Server;
using Streaming.Server.Access;
using Streaming.Server.Api;
using Streaming.Server.Connections;
using Streaming.Server.Health;
using Streaming.Stages.Frames;

namespace Streaming.Cli.Tests.Running;

/// <summary>A run with a run file, whose sources are loops; or, where a test wants it, real ones.</summary>
internal sealed class ControlledRun : IReloadOutputs, IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FakeDetector _detector = new();
    private readonly StringWriter _log = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task<IReadOnlyList<SourceStatus>> _work;

    /// <param name="create">Makes a source's job; null makes a loop.</param>
    /// <param name="sources">The file's lines from 'sources' on.</param>
    public ControlledRun(Func<ControlledRun, SourceConfig, bool, SourceJob?>? create, params string[] sources)
    {
        File = _folder.File("run.yaml", $"{Head}{string.Join('\n', sources)}\n");
        Plan = Parse(null);
        Pipeline = new VideoPipeline([_detector], [new Category(1, "person")], new PipelineOptions(), Metrics);
        Sources = new RunningSources(Pipeline, (source, isAgain) => create?.Invoke(this, source, isAgain) ?? Loop(source));
        Terminal = Terminal.ForTest(TextWriter.Null, _log);
        Reload = new Reload(Sources, Plan, this, Terminal);
        Control = new RunFileControl(File, Parse, Reload, TimeProvider.System, NullLogger.Instance);
        Health.Started(Pipeline, () => Sources.Idle);
        _work = Sources.RunAsync(Plan.Config.Sources, _stop.Token);
    }

    public ControlledRun(params string[] sources)
        : this(null, sources)
    {
    }

    public string File { get; }

    public RunPlan Plan { get; }

    public PixelPool Pool { get; } = new();

    public PipelineMetrics Metrics { get; } = new();

    public VideoPipeline Pipeline { get; }

    public PipelineHealth Health { get; } = new(TimeProvider.System);

    public Terminal Terminal { get; }

    public RunningSources Sources { get; }

    public IReloadOutputs Outputs { get; set; } = new NoOutputs();

    public Reload Reload { get; }

    public RunFileControl Control { get; }

    public ConcurrentQueue<(SourceConfig Source, LoopSource Loop)> Loops { get; } = new();

    public string Folder => _folder.Path;

    public string Text
    {
        get => System.IO.File.ReadAllText(File);
        set => System.IO.File.WriteAllText(File, value);
    }

    /// <summary>What stands in the file from 'sources' on.</summary>
    public string SourcesText => Text[Head.Length..];

    public IEnumerable<string> Running => Pipeline.Sources.Select(source => source.Id);

    public bool HasEnded => _work.IsCompleted;

    private static string Head =>
        $"# A run.\nmodel: {{ config: {Golden.File("tiny.yaml")}, weights: {Golden.File("tiny.pkl")} }}\n";

    public Task<WebServer> ServeAsync(string? token = null)
    {
        var options = new WebServerOptions(
            new IPEndPoint(IPAddress.Loopback, 0),
            [new SourcesEndpoint(Health, Control), new SettingsEndpoint(Control), new RunFileEndpoint(Control)])
        {
            Access = new AccessRules(token),
            Limits = ConnectionLimits.Viewers,
        };
        return WebServer.StartAsync(options, NullLogger.Instance);
    }

    public async Task<string> MetricsAsync()
    {
        using var stream = new MemoryStream();
        await Metrics.Registry.CollectAndExportAsTextAsync(stream);
        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    public void Prepare(IReadOnlyList<SourceConfig> sources)
    {
        Outputs.Prepare(sources);
    }

    public void Removed(IReadOnlyList<string> ids)
    {
        Outputs.Removed(ids);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work;
        await Control.DisposeAsync();
        await Pipeline.DisposeAsync();
        Assert.All(Loops, item => Assert.Equal((2, 0), (item.Loop.Disposed, item.Loop.OutOfOrder)));
        Assert.Equal(0, Pool.Live);
        Pool.Dispose();
        _stop.Dispose();
        _detector.Dispose();
        _folder.Dispose();
    }

    public SourceJob Loop(SourceConfig source)
    {
        var loop = new LoopSource(source.Id, Pool);
        Loops.Enqueue((source, loop));
        return loop.Job;
    }

    private RunPlan Parse(string? text)
    {
        return RunPlan.Of(new RunOptions().Parse(text ?? Text, File)) with { File = File };
    }
}
