using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Streaming.Server.Control;
using Streaming.Server.Endpoints;

namespace Streaming.Server.Api;

/// <summary>/api/v1/sources/ID/settings: what the run file says about a source, zones and lines among it.</summary>
/// <param name="control">Reads and changes it.</param>
internal sealed class SettingsEndpoint(IRunControl control) : IEndpoint
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapApi(HttpMethods.Get, "sources/{id}/settings", ShowAsync);
        routes.MapApi(HttpMethods.Patch, "sources/{id}/settings", ChangeAsync, ApiRequest.MaxJson);
    }

    private async Task ShowAsync(HttpContext context)
    {
        var source = await control.ReadAsync(ApiRequest.Id(context), context.RequestAborted).ConfigureAwait(false);
        await WriteAsync(context, source).ConfigureAwait(false);
    }

    private async Task ChangeAsync(HttpContext context)
    {
        var version = ApiRequest.VersionOf(context.Request);
        var patch = await ApiRequest.ReadJsonAsync(context, "application/merge-patch+json", "application/json")
            .ConfigureAwait(false);
        var source = await control.ChangeAsync(ApiRequest.Id(context), patch, version, context.RequestAborted)
            .ConfigureAwait(false);
        await WriteAsync(context, source).ConfigureAwait(false);
    }

    private static Task WriteAsync(HttpContext context, SourceVersion source)
    {
        context.Response.Headers.ETag = $"\"{source.Version}\"";
        return context.Response.WriteAsJsonAsync(
            new SettingsAnswer(source.Settings), ApiJson.Default.SettingsAnswer, cancellationToken: context.RequestAborted);
    }
}
