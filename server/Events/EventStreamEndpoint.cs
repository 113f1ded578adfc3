using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Streaming.Server.Api;
using Streaming.Server.Endpoints;
using Streaming.Server.Events.Store;

namespace Streaming.Server.Events;

/// <summary>
/// /api/v1/events/stream: server-sent events, each when it happens. A client that comes back names the last one that it has seen
/// (Last-Event-ID) and misses none.
/// </summary>
internal sealed class EventStreamEndpoint(EventFeed feed, string folder) : IEndpoint
{
    /// <summary>A comment now and then keeps proxies from closing the connection.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private const int RetrySeconds = 10;

    private readonly EventJson _form = new(folder);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/events/stream", AnswerAsync);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var last = context.Request.Headers["Last-Event-ID"];
        using var listener = feed.TryListen(last.Count == 1 ? last[0] : null);
        if (listener is null)
        {
            context.Response.Headers.RetryAfter = $"{RetrySeconds}";
            await Problem.WriteAsync(
                context, StatusCodes.Status503ServiceUnavailable,
                $"{EventFeed.MaxListeners} clients follow the events already, as many as may; try again later.")
                .ConfigureAwait(false);
            return;
        }

        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            await SendAsync(context, ":\n\n"u8.ToArray()).ConfigureAwait(false);
            while (true)
            {
                var events = await listener.NextAsync(Heartbeat, context.RequestAborted).ConfigureAwait(false);
                await SendAsync(context, events.Count == 0 ? ":\n\n"u8.ToArray() : Format(events)).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The client has left, or the program ends.
        }
        catch (EventIndexException)
        {
            // The client comes back, and then asks for what it has missed.
        }
    }

    private static async Task SendAsync(HttpContext context, ReadOnlyMemory<byte> text)
    {
        await context.Response.BodyWriter.WriteAsync(text, context.RequestAborted).ConfigureAwait(false);
    }

    private ReadOnlyMemory<byte> Format(IReadOnlyList<StoredEvent> events)
    {
        var text = new ArrayBufferWriter<byte>();
        foreach (var item in events)
        {
            using (var document = JsonDocument.Parse(item.Json))
            {
                // A line feed in a name would begin another field.
                if (EventJson.Text(document.RootElement, "id") is { } id && !id.Any(char.IsControl))
                {
                    text.Write("id: "u8);
                    text.Write(System.Text.Encoding.UTF8.GetBytes(id));
                    text.Write("\n"u8);
                }
            }

            text.Write("data: "u8);
            using (var json = new Utf8JsonWriter(text))
            {
                _form.Write(json, item);
            }

            text.Write("\n\n"u8);
        }

        return text.WrittenMemory;
    }
}
