using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Streaming.Server.Api;

/// <summary>
/// What an answer says that is not what was asked for (RFC 9457): one sentence, or one for each thing that is wrong.
/// </summary>
internal static class Problem
{
    /// <summary>Answers with a problem.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">HTTP's status.</param>
    /// <param name="detail">One sentence: what, where, what is allowed, what to do.</param>
    /// <param name="errors">Everything that is wrong, when that is more than one thing.</param>
    public static async Task WriteAsync(HttpContext context, int status, string detail, IReadOnlyList<string>? errors = null)
    {
        var response = context.Response;
        (response.StatusCode, response.ContentType) = (status, "application/problem+json");
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        await using var json = new Utf8JsonWriter(response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("title", ReasonPhrases.GetReasonPhrase(status));
        json.WriteNumber("status", status);
        json.WriteString("detail", detail);
        if (errors is { Count: > 1 })
        {
            json.WriteStartArray("errors");
            foreach (var error in errors)
            {
                json.WriteStringValue(error);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    }
}
