using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Streaming.Server.Endpoints;

namespace Streaming.Server.Machine;

/// <summary>/api/v1/system: what the program runs on and where the time goes; /api/v1/setup: what is missing.</summary>
/// <param name="system">Tells the first.</param>
/// <param name="setup">Tells the second; may have to look first.</param>
internal sealed class SystemEndpoint(Func<SystemReport> system, Func<CancellationToken, Task<SetupReport>> setup) : IEndpoint
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/system", AnswerSystemAsync);
        routes.MapGet("/api/v1/setup", AnswerSetupAsync);
    }

    private Task AnswerSystemAsync(HttpContext context)
    {
        return context.Response.WriteAsJsonAsync(
            system(), SystemJson.Default.SystemReport, cancellationToken: context.RequestAborted);
    }

    private async Task AnswerSetupAsync(HttpContext context)
    {
        var report = await setup(context.RequestAborted).ConfigureAwait(false);
        await context.Response.WriteAsJsonAsync(
            report, SystemJson.Default.SetupReport, cancellationToken: context.RequestAborted).ConfigureAwait(false);
    }
}
