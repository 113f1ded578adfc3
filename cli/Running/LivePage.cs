using System.Net.Sockets;
using Streaming.Cli.Display;
using Streaming.Config.Run;
using Streaming.Pipeline.Metrics;
using Streaming.Server;
using Streaming.Server.Access;
using Streaming.Server.Connections;
using Streaming.Server.Endpoints;
using Streaming.Server.Gpu;
using Streaming.Server.Health;
using Streaming.Server.Live;
using Streaming.Server.Page;
using Streaming.Stages.Live;

namespace Streaming.Cli.Running;

/// <summary>The live page and the API of a run: puts together what the server answers.</summary>
/// <param name="plan">The run.</param>
/// <param name="live">The pictures.</param>
/// <param name="metrics">Served by /metrics.</param>
/// <param name="health">How the run is.</param>
/// <param name="parts">What it shows besides.</param>
/// <param name="terminal">Where the log goes.</param>
/// <param name="time">The clock.</param>
internal sealed class LivePage(
    RunPlan plan, LiveHub live, PipelineMetrics metrics, PipelineHealth health, PageParts parts, Terminal terminal,
    TimeProvider time)
{
    /// <summary>Starts listening, before the model is loaded.</summary>
    /// <exception cref="UsageException">It cannot listen there.</exception>
    public async Task<WebServer> StartAsync()
    {
        var (section, values, log) = (plan.Config.Http, plan.Config.Values, terminal.For("http"));
        try
        {
            GpuMetrics.Register(metrics.Registry);
            return await WebServer.StartAsync(
                new WebServerOptions(RunChecks.ParseListen(section.Listen!)!, Endpoints())
                {
                    What = "The live page",
                    Access = new AccessRules(section.Token, section.ViewToken),
                    Proxies = section.Proxies,
                    Certificate = ServerFiles.PageCertificate(values, log),
                    Limits = ConnectionLimits.Viewers,
                    Time = time,
                },
                log).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            throw new UsageException(
                $"{values.Full(HttpSettings.Listen)}: cannot be listened on: {exception.Message.TrimEnd('.')}.");
        }
    }

    private IReadOnlyList<IEndpoint> Endpoints()
    {
        return
        [
            new PageEndpoint(),
            new MetricsEndpoint(metrics.Registry),
            new HealthEndpoint(health),
            new StatusEndpoint(health),
            new LiveEndpoint(live, health.StatusText, time),
            new SnapshotEndpoint(live, time),
            .. parts.Endpoints,
        ];
    }
}
