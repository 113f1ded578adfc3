using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Streaming.Server.Api;
using Streaming.Server.Endpoints;
using Streaming.Stages.Frames;
using Streaming.Stages.Requests;

namespace Streaming.Server.Detect;

/// <summary>POST /api/v1/detect: one picture or several in, what the network finds in them out.</summary>
/// <param name="requests">Where pictures wait for the network.</param>
/// <param name="isReady">Whether there is a network yet.</param>
internal sealed class DetectEndpoint(PictureRequests requests, Func<bool> isReady) : IEndpoint
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/detect", DetectAsync).WithMetadata(new BodyLimit(SentPictures.MaxBytes));
    }

    private async Task DetectAsync(HttpContext context)
    {
        if (!isReady())
        {
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "The model is not loaded yet; try again soon.")
                .ConfigureAwait(false);
            return;
        }

        var score = context.Request.Query["score"].FirstOrDefault() ?? "0";
        if (!double.TryParse(score, NumberStyles.Float, CultureInfo.InvariantCulture, out var minScore)
            || minScore is not (>= 0 and <= 1))
        {
            await Problem.WriteAsync(context, StatusCodes.Status400BadRequest, $"score: '{score}' is not a number from 0 to 1.")
                .ConfigureAwait(false);
            return;
        }

        IReadOnlyList<SentPicture> pictures;
        try
        {
            pictures = await SentPictures.ReadAsync(context.Request, context.RequestAborted).ConfigureAwait(false);
        }
        catch (BadHttpRequestException exception)
        {
            var detail = exception.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? $"The body is larger than {SentPictures.MaxBytes >> 20} MiB, which is the most at once." : exception.Message;
            await Problem.WriteAsync(context, exception.StatusCode, detail).ConfigureAwait(false);
            return;
        }

        if (!requests.TryReserve(pictures.Count))
        {
            await RefuseAsync(
                context, StatusCodes.Status429TooManyRequests, "As many pictures wait already as may; try again in a second.")
                .ConfigureAwait(false);
            return;
        }

        try
        {
            await AnswerAsync(context, pictures, minScore).ConfigureAwait(false);
        }
        finally
        {
            requests.Free(pictures.Count);
        }
    }

    private async Task AnswerAsync(HttpContext context, IReadOnlyList<SentPicture> pictures, double minScore)
    {
        var results = await Task.WhenAll(pictures.Select(picture => TryDetectAsync(picture, context.RequestAborted)))
            .ConfigureAwait(false);
        if (results is [{ Error: { } error }])
        {
            await Problem.WriteAsync(context, StatusCodes.Status400BadRequest, error).ConfigureAwait(false);
            return;
        }

        context.Response.ContentType = "application/json; charset=utf-8";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteStartArray("images");
        for (var i = 0; i < results.Length; i++)
        {
            DetectJson.Write(json, pictures[i].Name, results[i].Result, results[i].Error, minScore);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    }

    private async Task<(FrameResult? Result, string? Error)> TryDetectAsync(
        SentPicture picture, CancellationToken cancellationToken)
    {
        try
        {
            var result = await requests.DetectAsync(picture.Content, picture.Name, cancellationToken).ConfigureAwait(false);
            return (result, null);
        }
        catch (DecodeException exception)
        {
            return (null, exception.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, $"{picture.Name}: the program stops.");
        }
    }

    private static Task RefuseAsync(HttpContext context, int status, string detail)
    {
        context.Response.Headers.RetryAfter = "1";
        return Problem.WriteAsync(context, status, detail);
    }
}
