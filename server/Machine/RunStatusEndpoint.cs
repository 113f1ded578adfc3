using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Streaming.Server.Access;
using Streaming.Server.Endpoints;
using Streaming.Server.Health;

namespace Streaming.Server.Machine;

/// <summary>/api/v1/status: what runs and how it is, also while the model is loaded.</summary>
/// <param name="health">How the run is.</param>
/// <param name="run">What runs.</param>
internal sealed class RunStatusEndpoint(PipelineHealth health, RunDescription run) : IEndpoint
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/status", AnswerAsync);
    }

    private Task AnswerAsync(HttpContext context)
    {
        var status = health.Status();
        var device = health.Pipeline?.Metrics.Device;
        var report = new RunStatus(
            run.Version,
            run.RunId,
            status.StartedAt,
            status.UptimeS,
            status.Ready,
            AccessCheck.RoleOf(context).ToString().ToLowerInvariant(),
            run.Model with { Device = device },
            run.RunFile,
            status.Hanging,
            status.Sources);
        return context.Response.WriteAsJsonAsync(
            report, RunStatusJson.Default.RunStatus, cancellationToken: context.RequestAborted);
    }
}
