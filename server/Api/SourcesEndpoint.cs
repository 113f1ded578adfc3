using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Streaming.Server.Control;
using Streaming.Server.Endpoints;
using Streaming.Server.Health;

namespace Streaming.Server.Api;

/// <summary>/api/v1/sources: lists, adds, removes, pauses and resumes sources.</summary>
/// <param name="health">Knows how they are.</param>
/// <param name="control">Changes them.</param>
internal sealed class SourcesEndpoint(PipelineHealth health, IRunControl control) : IEndpoint
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapApi(HttpMethods.Get, "sources", ListAsync);
        routes.MapApi(HttpMethods.Post, "sources", AddAsync, ApiRequest.MaxJson);
        routes.MapApi(HttpMethods.Get, "sources/{id}", ShowAsync);
        routes.MapApi(HttpMethods.Delete, "sources/{id}", context => DoAsync(context, control.RemoveAsync));
        routes.MapApi(HttpMethods.Post, "sources/{id}/pause", context => DoAsync(context, PauseAsync));
        routes.MapApi(HttpMethods.Post, "sources/{id}/resume", context => DoAsync(context, ResumeAsync));
    }

    private async Task ListAsync(HttpContext context)
    {
        var version = await VersionAsync(context.RequestAborted).ConfigureAwait(false);
        var answer = new SourcesAnswer(version, health.Sources());
        await context.Response.WriteAsJsonAsync(
            answer, ApiJson.Default.SourcesAnswer, cancellationToken: context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>The run file's version; null when there is none, or the run has not begun.</summary>
    private async Task<string?> VersionAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await control.ReadAsync(cancellationToken).ConfigureAwait(false)).Version;
        }
        catch (ControlException exception) when (exception.Reason is ControlFailure.NoFile or ControlFailure.NotNow)
        {
            return null;
        }
    }

    private async Task ShowAsync(HttpContext context)
    {
        var id = ApiRequest.Id(context);
        var source = Find(id)
            ?? throw new ApiException(StatusCodes.Status404NotFound, $"{id}: there is no such source.");
        await WriteAsync(context, source).ConfigureAwait(false);
    }

    private async Task AddAsync(HttpContext context)
    {
        var settings = await ApiRequest.ReadJsonAsync(context, "application/json").ConfigureAwait(false);
        var id = await control.AddAsync(settings, context.RequestAborted).ConfigureAwait(false);
        (context.Response.StatusCode, context.Response.Headers.Location) =
            (StatusCodes.Status201Created, $"/api/v1/sources/{Uri.EscapeDataString(id)}");
        // It may be gone again by now.
        await WriteAsync(context, Find(id) ?? SourceReport.Of(new IdleSource(id, IdleSource.Ended, ""))).ConfigureAwait(false);
    }

    private static async Task DoAsync(HttpContext context, Func<string, CancellationToken, Task> action)
    {
        await action(ApiRequest.Id(context), context.RequestAborted).ConfigureAwait(false);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private Task PauseAsync(string id, CancellationToken cancellationToken)
    {
        return control.PauseAsync(id, true, cancellationToken);
    }

    private Task ResumeAsync(string id, CancellationToken cancellationToken)
    {
        return control.PauseAsync(id, false, cancellationToken);
    }

    private SourceReport? Find(string id)
    {
        return health.Sources().FirstOrDefault(source => source.Id == id);
    }

    private static Task WriteAsync(HttpContext context, SourceReport source)
    {
        return context.Response.WriteAsJsonAsync(
            source, ApiJson.Default.SourceReport, cancellationToken: context.RequestAborted);
    }
}
