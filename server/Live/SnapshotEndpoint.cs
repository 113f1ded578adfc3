using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Streaming.Server.Api;
using Streaming.Server.Endpoints;
using Streaming.Stages.Live;

namespace Streaming.Server.Live;

/// <summary>/api/v1/sources/ID/snapshot.jpg: the next picture of a source. Nothing is kept for it while nobody asks.</summary>
internal sealed class SnapshotEndpoint(LiveHub hub, TimeProvider time) : IEndpoint
{
    /// <summary>A source that gives nothing for so long has no picture.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/sources/{id}/snapshot.jpg", ShowAsync);
    }

    private async Task ShowAsync(HttpContext context)
    {
        var id = (string)context.GetRouteValue("id")!;
        var size = LiveSize.Find(context.Request.Query["size"].FirstOrDefault() ?? LiveSize.Full.Name);
        if (size is null)
        {
            await Problem.WriteAsync(context, StatusCodes.Status400BadRequest, "size: must be 'tile' or 'full'.")
                .ConfigureAwait(false);
            return;
        }

        if (await NextAsync(id, size, context.RequestAborted).ConfigureAwait(false) is not { } picture)
        {
            await Problem.WriteAsync(
                context, StatusCodes.Status404NotFound,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{id}: there is no such source, or it has given no picture for {Patience.TotalSeconds} s."))
                .ConfigureAwait(false);
            return;
        }

        context.Response.ContentType = "image/jpeg";
        context.Response.ContentLength = picture.Jpeg.Length;
        await context.Response.Body.WriteAsync(picture.Jpeg, context.RequestAborted).ConfigureAwait(false);
    }

    private async Task<LivePicture?> NextAsync(string id, LiveSize size, CancellationToken cancellationToken)
    {
        var next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watch = hub.Find(id)?.Watch(size, () => next.TrySetResult());
        if (watch is null)
        {
            return null;
        }

        try
        {
            await next.Task.WaitAsync(Patience, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return null;
        }

        return watch.Newest;
    }
}
