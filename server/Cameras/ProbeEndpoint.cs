using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Streaming.Server.Api;
using Streaming.Server.Endpoints;
using Streaming.Stages.Decode;
using Streaming.Stages.Frames;

namespace Streaming.Server.Cameras;

/// <summary>POST /api/v1/probe: what a source is, or what is wrong with it. One at a time: each starts a decoder.</summary>
/// <param name="probe">Opens the source and waits for its first frame.</param>
/// <param name="time">The clock.</param>
internal sealed class ProbeEndpoint(Func<ProbeRequest, CancellationToken, Task<ProbeReport>> probe, TimeProvider time) : IEndpoint
{
    /// <summary>Most time for an answer.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private const int MaxBody = 16 << 10;
    private const string Form = "send a JSON object with 'input', and 'user' and 'password' if the camera wants them.";

    private int _isBusy;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/probe", AnswerAsync).WithMetadata(new BodyLimit(MaxBody));
    }

    private async Task AnswerAsync(HttpContext context)
    {
        ProbeRequest? request;
        try
        {
            request = await JsonSerializer.DeserializeAsync(
                context.Request.Body, ProbeJson.Default.ProbeRequest, context.RequestAborted).ConfigureAwait(false);
        }
        catch (JsonException)
        {
            // Its message may repeat what was sent.
            await Problem.WriteAsync(context, StatusCodes.Status400BadRequest, $"The body cannot be read: {Form}")
                .ConfigureAwait(false);
            return;
        }
        catch (BadHttpRequestException exception)
        {
            await Problem.WriteAsync(context, exception.StatusCode, $"The body cannot be read: {Form}").ConfigureAwait(false);
            return;
        }

        if (string.IsNullOrWhiteSpace(request?.Input))
        {
            await Problem.WriteAsync(context, StatusCodes.Status400BadRequest, $"'input' is missing: {Form}")
                .ConfigureAwait(false);
            return;
        }

        if (Interlocked.Exchange(ref _isBusy, 1) == 1)
        {
            context.Response.Headers.RetryAfter = "5";
            await Problem.WriteAsync(
                context, StatusCodes.Status429TooManyRequests, "Another source is being tried; try again in a few seconds.")
                .ConfigureAwait(false);
            return;
        }

        try
        {
            await ProbeAsync(context, request).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _isBusy, 0);
        }
    }

    private async Task ProbeAsync(HttpContext context, ProbeRequest request)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, context.RequestAborted);
        try
        {
            var report = await probe(request, end.Token).ConfigureAwait(false);
            await context.Response.WriteAsJsonAsync(
                report, ProbeJson.Default.ProbeReport, cancellationToken: context.RequestAborted).ConfigureAwait(false);
        }
        catch (DecodeException exception)
        {
            await Problem.WriteAsync(
                context, StatusCodes.Status422UnprocessableEntity, $"{exception.Error.Code()}: {exception.Message}")
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            await Problem.WriteAsync(
                context, StatusCodes.Status504GatewayTimeout,
                $"{StreamAddress.Show(request.Input!)}: no frame came within {Limit.TotalSeconds:0} s; "
                    + "check that the address is right and the camera is on.").ConfigureAwait(false);
        }
    }
}
