using Microsoft.AspNetCore.Http;
using Streaming.Server.Api;

namespace Streaming.Server.Access;

/// <summary>
/// Answers 403 to what pages of other sites ask of this server: changes, and WebSockets, which browsers let any page open. What
/// a browser sends names the page's origin; programs send none.
/// </summary>
/// <param name="proxies">Names under which browsers reach this server through a proxy.</param>
internal sealed class OriginCheck(IReadOnlyList<string> proxies)
{
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        var isReading = (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
            && !request.Headers.ContainsKey("Sec-WebSocket-Key");
        return isReading || IsOwn(request) ? next(context) : Problem.WriteAsync(
            context, StatusCodes.Status403Forbidden, "A page of another site must not ask this of the server.");
    }

    private bool IsOwn(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site")
        {
            return false;
        }

        var origin = request.Headers.Origin.ToString();
        if (origin.Length == 0)
        {
            return true;
        }

        return origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase)
            || (Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps
                && proxies.Contains(uri.Host, StringComparer.OrdinalIgnoreCase));
    }
}
