using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Streaming.Server.Control;
using Streaming.Server.Endpoints;

namespace Streaming.Server.Api;

/// <summary>/api/v1/run-file: the text of the run file.</summary>
/// <param name="control">Reads and replaces it.</param>
internal sealed class RunFileEndpoint(IRunControl control) : IEndpoint
{
    private const string Yaml = "application/yaml";

    /// <summary>Most bytes of a run file; its reader takes as many characters.</summary>
    private const int MaxFile = 4 << 20;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapApi(HttpMethods.Get, "run-file", ShowAsync);
        routes.MapApi(HttpMethods.Put, "run-file", ReplaceAsync, MaxFile);
    }

    private async Task ShowAsync(HttpContext context)
    {
        RunFileVersion file;
        try
        {
            file = await control.ReadAsync(context.RequestAborted).ConfigureAwait(false);
        }
        catch (ControlException exception) when (exception.Reason == ControlFailure.NoFile)
        {
            throw new ApiException(StatusCodes.Status404NotFound, exception.Message);
        }

        (context.Response.ContentType, context.Response.Headers.ETag) = ($"{Yaml}; charset=utf-8", $"\"{file.Version}\"");
        await context.Response.WriteAsync(file.Text, context.RequestAborted).ConfigureAwait(false);
    }

    private async Task ReplaceAsync(HttpContext context)
    {
        var version = ApiRequest.VersionOf(context.Request);
        ApiRequest.RequireType(context.Request, Yaml, "application/x-yaml", "text/yaml", "text/plain");
        var text = await ApiRequest.ReadTextAsync(context).ConfigureAwait(false);
        var change = await control.ReplaceAsync(text, version, context.RequestAborted).ConfigureAwait(false);
        context.Response.Headers.ETag = $"\"{change.Version}\"";
        await context.Response.WriteAsJsonAsync(
            new RunFileAnswer(change.Version, change.Added, change.Changed, change.Removed, change.NeedsRestart),
            ApiJson.Default.RunFileAnswer,
            cancellationToken: context.RequestAborted).ConfigureAwait(false);
    }
}
