using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Streaming.Server.Api;
using Streaming.Server.Endpoints;

namespace Streaming.Server.Cameras;

/// <summary>POST /api/v1/discover: the ONVIF cameras that answer in the local network.</summary>
/// <param name="discovery">Asks the network.</param>
internal sealed class DiscoverEndpoint(CameraDiscovery discovery) : IEndpoint
{
    private int _isBusy;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/discover", AnswerAsync);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (Interlocked.Exchange(ref _isBusy, 1) == 1)
        {
            context.Response.Headers.RetryAfter = "3";
            await Problem.WriteAsync(
                context, StatusCodes.Status429TooManyRequests, "The network is being asked already; try again in 3 s.")
                .ConfigureAwait(false);
            return;
        }

        try
        {
            await WriteAsync(context, await discovery.FindAsync(context.RequestAborted).ConfigureAwait(false))
                .ConfigureAwait(false);
        }
        catch (SocketException exception)
        {
            await Problem.WriteAsync(
                context, StatusCodes.Status503ServiceUnavailable,
                $"The local network cannot be asked ({exception.Message.TrimEnd('.')}); add the camera by its address.")
                .ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _isBusy, 0);
        }
    }

    private static async Task WriteAsync(HttpContext context, IReadOnlyList<FoundCamera> cameras)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteStartArray("devices");
        foreach (var camera in cameras)
        {
            json.WriteStartObject();
            json.WriteString("name", camera.Name);
            json.WriteString("address", camera.Address);
            json.WriteStartArray("types");
            foreach (var type in camera.Types)
            {
                json.WriteStringValue(type);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    }
}
