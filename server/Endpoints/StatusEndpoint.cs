using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Streaming.Server.Health;

namespace Streaming.Server.Endpoints;

/// <summary>/status: the state of each source as JSON.</summary>
internal sealed class StatusEndpoint(PipelineHealth health) : IEndpoint
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/status", AnswerAsync);
    }

    private Task AnswerAsync(HttpContext context)
    {
        return context.Response.WriteAsJsonAsync(
            health.Status(), StatusJson.Default.PipelineStatus, cancellationToken: context.RequestAborted);
    }
}
