using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Streaming.Server.Api;

/// <summary>Reads what clients send. What cannot be read is an <see cref="ApiException"/>.</summary>
internal static class ApiRequest
{
    /// <summary>Most bytes of a JSON text.</summary>
    public const int MaxJson = 1 << 20;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The body: a JSON object.</summary>
    /// <param name="context">The request.</param>
    /// <param name="types">Its content types that are right.</param>
    public static async Task<JsonObject> ReadJsonAsync(HttpContext context, params string[] types)
    {
        RequireType(context.Request, types);
        try
        {
            var options = new JsonDocumentOptions { AllowDuplicateProperties = false };
            var text = await ReadTextAsync(context).ConfigureAwait(false);
            // Nodes are made lazily: a text that is none, such as half a surrogate pair, is found by writing it.
            var node = JsonNode.Parse(text, documentOptions: options) as JsonObject;
            _ = node?.ToJsonString();
            return node ?? throw new ApiException(StatusCodes.Status400BadRequest, "The body must be a JSON object.");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            var reason = exception is JsonException { LineNumber: { } line } ? $" (line {line + 1})" : "";
            throw new ApiException(StatusCodes.Status400BadRequest, $"The body is not valid JSON{reason}.");
        }
    }

    /// <summary>The body as text.</summary>
    public static async Task<string> ReadTextAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted).ConfigureAwait(false);
        try
        {
            return Strict.GetString(body.GetBuffer().AsSpan(0, (int)body.Length));
        }
        catch (DecoderFallbackException)
        {
            throw new ApiException(StatusCodes.Status400BadRequest, "The body is not UTF-8.");
        }
    }

    /// <summary>
    /// Lets only bodies of some types pass. Pages of other sites can send few types without asking first, and not these.
    /// </summary>
    public static void RequireType(HttpRequest request, params string[] types)
    {
        var type = (request.ContentType ?? "").Split(';')[0].Trim();
        if (!types.Contains(type, StringComparer.OrdinalIgnoreCase))
        {
            throw new ApiException(
                StatusCodes.Status415UnsupportedMediaType,
                $"The content type '{type}' is not supported; supported: {string.Join(", ", types)}.");
        }
    }

    /// <summary>The version that a client has changed, out of the header If-Match.</summary>
    public static string VersionOf(HttpRequest request)
    {
        var version = request.Headers.IfMatch.ToString().Trim();
        return version.Length == 0
            ? throw new ApiException(
                StatusCodes.Status428PreconditionRequired,
                "The header If-Match is missing: send the ETag of what was changed, so that nobody's change is lost.")
            : version.Trim('"');
    }

    /// <summary>A part of the route.</summary>
    public static string Id(HttpContext context)
    {
        return (string)context.Request.RouteValues["id"]!;
    }
}
