using Streaming.Cli.Display;
using Streaming.Config.Run;
using Streaming.Config.Zoo;
using Streaming.Pipeline;
using Streaming.Server.Cameras;
using Streaming.Server.Endpoints;
using Streaming.Server.Health;
using Streaming.Server.Logs;
using Streaming.Server.Machine;
using Streaming.Server.OpenApi;
using Streaming.Stages.Emit;

namespace Streaming.Cli.Running;

/// <summary>What the live page tells of the program itself: status, system, log, what is missing, cameras to be found.</summary>
internal sealed class SystemParts : IDisposable
{
    private readonly RunPlan _plan;
    private readonly PipelineHealth _health;
    private readonly TimeProvider _time;
    private readonly Task<MachineLook> _machine;
    private volatile Started? _started;

    /// <param name="plan">The run.</param>
    /// <param name="run">Its name.</param>
    /// <param name="health">Knows the pipeline.</param>
    /// <param name="terminal">Has the log.</param>
    /// <param name="time">The clock.</param>
    public SystemParts(RunPlan plan, RunInfo run, PipelineHealth health, Terminal terminal, TimeProvider time)
    {
        (_plan, _health, _time) = (plan, health, time);
        _machine = Task.Run(() => MachineLook.Take(plan.Model.Section.LibTorch));
        var model = new ModelDescription(
            run.Config, run.Weights, run.Precision, null, [.. run.Categories.Select(category => category.Name)]);
        Endpoints =
        [
            new RunStatusEndpoint(health, new RunDescription(ProgramVersion.Text, run.RunId, model, RunFileName)),
            new SystemEndpoint(System, SetupAsync),
            new LogsEndpoint(terminal.History, time),
            new ProbeEndpoint((request, end) => SourceProbe.RunAsync(request, time, end), time),
            new DiscoverEndpoint(new CameraDiscovery(CameraDiscovery.Everybody, time)),
            new OpenApiEndpoint(),
        ];
    }

    /// <summary>What it answers.</summary>
    public IReadOnlyList<IEndpoint> Endpoints { get; }

    private string? RunFileName => _plan.File is { } file ? Path.GetFileName(file) : null;

    /// <summary>The model is loaded: from now on the load is measured.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="options">How its frames flow.</param>
    public void Serve(VideoPipeline pipeline, PipelineOptions options)
    {
        var devices = Devices(pipeline);
        _started = new Started(
            options, devices, new LoadMeter(pipeline, options.Workers, Math.Max(devices.Length, 1), _time));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _started?.Meter.Dispose();
    }

    private static string[] Devices(VideoPipeline pipeline)
    {
        return pipeline.Metrics.Device?.Split(", ", StringSplitOptions.RemoveEmptyEntries) ?? [];
    }

    private SystemReport System()
    {
        var (started, machine) = (_started, _machine.IsCompletedSuccessfully ? _machine.Result : null);
        return new SystemReport(
            ProgramVersion.Text,
            Environment.Version.ToString(),
            machine?.Libtorch,
            machine?.Opencv,
            machine?.Gstreamer,
            Environment.ProcessorCount,
            Environment.WorkingSet,
            started?.Devices ?? [],
            started is null ? null : Batching(started),
            started?.Meter.Read() ?? [],
            machine?.Doctor ?? []);
    }

    private static BatchingReport Batching(Started started)
    {
        var options = started.Options;
        return new BatchingReport(
            options.BatchSize,
            started.Meter.MeanBatch,
            options.MaxBatchDelay.TotalMilliseconds,
            options.MaxInFlight,
            options.MaxInFlightLive ?? options.MaxInFlight,
            options.Workers);
    }

    private async Task<SetupReport> SetupAsync(CancellationToken cancellationToken)
    {
        var (needs, http) = (new List<SetupNeed>(), _plan.Config.Http);
        var scheme = http.Certificate is null ? Uri.UriSchemeHttp : Uri.UriSchemeHttps;
        if ((_health.Pipeline?.Sources.Count ?? _plan.Config.Sources.Count) == 0)
        {
            needs.Add(new SetupNeed(
                "There is no source yet: add a camera, a file or the sample street.",
                $"streaming sources add synthetic:1280x720@30 --server {scheme}://{http.Listen}"));
        }

        if (_plan.Model.Weights.IsSynthetic)
        {
            needs.Add(new SetupNeed(
                "The weights are made up, so that what is found means nothing; trained ones can be fetched.",
                $"streaming weights fetch {ModelZoo.Find(_plan.Model.Section.Config)?.Name ?? ModelSettings.Config.Usual}"));
        }

        var machine = await _machine.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new SetupReport([.. needs, .. machine.Needs], RunFileName, _health.IsStarted);
    }

    private sealed record Started(PipelineOptions Options, IReadOnlyList<string> Devices, LoadMeter Meter);
}
