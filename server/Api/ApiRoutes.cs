using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Streaming.Config;
using Streaming.Server.Control;

namespace Streaming.Server.Api;

/// <summary>Adds routes whose failures are answered as problems.</summary>
internal static class ApiRoutes
{
    /// <summary>Adds a route.</summary>
    /// <param name="routes">Where to.</param>
    /// <param name="method">GET answers HEAD too.</param>
    /// <param name="path">Below /api/v1/.</param>
    /// <param name="answer">Answers; what it throws becomes a problem.</param>
    /// <param name="maxBody">Most bytes of a request's body.</param>
    public static void MapApi(
        this IEndpointRouteBuilder routes, string method, string path, RequestDelegate answer, int maxBody = 0)
    {
        string[] methods = method == HttpMethods.Get ? [method, HttpMethods.Head] : [method];
        routes.MapMethods($"/api/v1/{path}", methods, context => AnswerAsync(context, answer))
            .WithMetadata(new BodyLimit(maxBody));
    }

    private static async Task AnswerAsync(HttpContext context, RequestDelegate answer)
    {
        try
        {
            await answer(context).ConfigureAwait(false);
        }
        catch (ApiException exception)
        {
            await Problem.WriteAsync(context, exception.Status, exception.Message).ConfigureAwait(false);
        }
        catch (ControlException exception)
        {
            await Problem.WriteAsync(context, StatusOf(exception.Reason), exception.Message).ConfigureAwait(false);
        }
        catch (ConfigurationException exception)
        {
            await Problem.WriteAsync(
                context, StatusCodes.Status400BadRequest, exception.Errors[0], exception.Errors).ConfigureAwait(false);
        }
        catch (BadHttpRequestException exception)
        {
            var detail = exception.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? "The body is larger than this request may have." : "The request is malformed.";
            await Problem.WriteAsync(context, exception.StatusCode, detail).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for the answer.
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            await Problem.WriteAsync(
                context, StatusCodes.Status500InternalServerError,
                $"This is a bug of the program; please report it: {exception.GetType().Name}: {exception.Message}")
                .ConfigureAwait(false);
        }
    }

    private static int StatusOf(ControlFailure reason)
    {
        return reason switch
        {
            ControlFailure.NotFound => StatusCodes.Status404NotFound,
            ControlFailure.Conflict or ControlFailure.NoFile => StatusCodes.Status409Conflict,
            ControlFailure.NotNow => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status500InternalServerError,
        };
    }
}
