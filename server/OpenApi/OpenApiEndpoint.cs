using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Streaming.Server.Endpoints;

namespace Streaming.Server.OpenApi;

/// <summary>/api/v1/openapi.json: the description of the API, docs/openapi.json.</summary>
internal sealed class OpenApiEndpoint : IEndpoint
{
    private const string Resource = "openapi.json";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/openapi.json", AnswerAsync);
    }

    /// <summary>The document.</summary>
    public static Stream Open()
    {
        return typeof(OpenApiEndpoint).Assembly.GetManifestResourceStream(Resource)!;
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        await using var document = Open();
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = document.Length;
        await document.CopyToAsync(context.Response.Body, context.RequestAborted).ConfigureAwait(false);
    }
}
