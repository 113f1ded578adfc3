using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Streaming.Server.Api;
using Streaming.Server.Endpoints;
using Streaming.Server.Events.Store;

namespace Streaming.Server.Events;

/// <summary>/api/v1/events: looks for events. /api/v1/events.csv: the same as a table, of any length.</summary>
internal sealed class EventsEndpoint(EventIndex index) : IEndpoint
{
    private readonly EventJson _form = new(index.Folder);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/events", context => AnswerAsync(context, AnswerJsonAsync));
        routes.MapGet("/api/v1/events.csv", context => AnswerAsync(context, AnswerCsvAsync));
    }

    private static async Task AnswerAsync(HttpContext context, Func<HttpContext, EventQuery, Task> answer)
    {
        List<string> errors = [];
        var query = EventQueryReader.Read(context.Request.Query, errors);
        if (errors.Count > 0)
        {
            await Problem.WriteAsync(context, StatusCodes.Status400BadRequest, errors[0], errors).ConfigureAwait(false);
            return;
        }

        try
        {
            await answer(context, query).ConfigureAwait(false);
        }
        catch (EventIndexException exception) when (!context.Response.HasStarted)
        {
            await Problem.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, exception.Message).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for the answer any more.
        }
    }

    private async Task AnswerJsonAsync(HttpContext context, EventQuery query)
    {
        var page = await index.FindAsync(query, context.RequestAborted).ConfigureAwait(false);
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteStartArray("events");
        foreach (var item in page.Events)
        {
            _form.Write(json, item);
        }

        json.WriteEndArray();
        json.WriteString("next", page.Next is { } key ? EventJson.Cursor(key) : null);
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>Page by page, so that it takes no memory however many there are.</summary>
    private async Task AnswerCsvAsync(HttpContext context, EventQuery query)
    {
        var isLimited = context.Request.Query.ContainsKey("limit");
        query = isLimited ? query : query with { Limit = EventQuery.MaxLimit };
        var page = await index.FindAsync(query, context.RequestAborted).ConfigureAwait(false);
        context.Response.ContentType = "text/csv; charset=utf-8; header=present";
        context.Response.Headers.ContentDisposition = "attachment; filename=\"events.csv\"";
        await context.Response.WriteAsync(EventCsv.Header, context.RequestAborted).ConfigureAwait(false);
        while (true)
        {
            await context.Response.WriteAsync(string.Concat(page.Events.Select(EventCsv.Row)), context.RequestAborted)
                .ConfigureAwait(false);
            if (isLimited || page.Next is not { } before)
            {
                return;
            }

            page = await index.FindAsync(query with { Before = before }, context.RequestAborted).ConfigureAwait(false);
        }
    }
}
