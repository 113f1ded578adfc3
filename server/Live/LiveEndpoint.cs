using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Streaming.Server.Api;
using Streaming.Server.Endpoints;
using Streaming.Stages.Live;

namespace Streaming.Server.Live;

/// <summary>/api/v1/live: pictures and what was found in them, of as many sources as a viewer wants, by one WebSocket.</summary>
/// <param name="hub">The pictures.</param>
/// <param name="status">Makes the text that tells how all sources are.</param>
/// <param name="time">The clock.</param>
internal sealed class LiveEndpoint(LiveHub hub, Func<byte[]> status, TimeProvider time) : IEndpoint
{
    private readonly StatusText _status = new(status, time);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/live", ShowAsync);
    }

    private async Task ShowAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            await Problem.WriteAsync(
                context, StatusCodes.Status426UpgradeRequired, "/api/v1/live is a WebSocket; docs/live.md says what it tells.")
                .ConfigureAwait(false);
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false);
        using var viewer = new Viewer(socket, hub, _status, time);
        await viewer.RunAsync(context.RequestAborted).ConfigureAwait(false);
    }
}
