using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Streaming.Server.Api;
using Streaming.Server.Endpoints;

namespace Streaming.Server.Logs;

/// <summary>/api/v1/logs: the log of the last hour; since=CURSOR asks for what came after an earlier answer.</summary>
/// <param name="history">The log.</param>
/// <param name="time">The clock.</param>
internal sealed class LogsEndpoint(ILogHistory history, TimeProvider time) : IEndpoint
{
    /// <summary>How long a line is told.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    /// <summary>Lines are counted from each start of the program: a cursor of an earlier one is worth nothing.</summary>
    private readonly long _start = time.GetUtcNow().ToUnixTimeMilliseconds();

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/logs", AnswerAsync);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (AfterOf(context.Request.Query["since"]) is not { } after)
        {
            await Problem.WriteAsync(
                context, StatusCodes.Status400BadRequest,
                "since: this is no cursor; take 'next' of an earlier answer, or leave it out for all lines.")
                .ConfigureAwait(false);
            return;
        }

        var lines = history.Read(after, time.GetUtcNow() - Kept);
        context.Response.ContentType = "application/json; charset=utf-8";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteStartArray("lines");
        foreach (var line in lines)
        {
            json.WriteStartObject();
            json.WriteString("at", line.At.UtcDateTime);
            json.WriteString("level", line.Level);
            json.WriteString("category", line.Category);
            json.WriteString("message", line.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        var last = lines.Count > 0 ? lines[^1].Number : after;
        json.WriteString("next", string.Create(CultureInfo.InvariantCulture, $"{_start}-{last}"));
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>The number of the last line that the asker has; null when the cursor is none.</summary>
    private long? AfterOf(string? cursor)
    {
        if (cursor is null)
        {
            return 0;
        }

        return cursor.Split('-') is [var start, var number]
            && long.TryParse(start, NumberStyles.None, CultureInfo.InvariantCulture, out var started)
            && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var after)
                ? started == _start ? after : 0 : null;
    }
}
