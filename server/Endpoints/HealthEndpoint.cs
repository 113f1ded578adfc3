using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Streaming.Server.Health;

namespace Streaming.Server.Endpoints;

/// <summary>/healthz/live, /ready and /startup: 200 "ok" or 503 "no", to anyone who asks.</summary>
internal sealed class HealthEndpoint(PipelineHealth health) : IEndpoint
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz/live", context => AnswerAsync(context, health.IsLive)).AllowAnonymous();
        routes.MapGet("/healthz/ready", context => AnswerAsync(context, health.IsReady)).AllowAnonymous();
        routes.MapGet("/healthz/startup", context => AnswerAsync(context, health.IsStarted)).AllowAnonymous();
    }

    private static Task AnswerAsync(HttpContext context, bool isWell)
    {
        context.Response.StatusCode = isWell ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(isWell ? "ok\n" : "no\n", context.RequestAborted);
    }
}
