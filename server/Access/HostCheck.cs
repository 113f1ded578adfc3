using System.Net;
using Microsoft.AspNetCore.Http;

namespace Streaming.Server.Access;

/// <summary>
/// Answers 400 to requests that name a foreign host. By DNS rebinding, a web page of a name that its owner points at this machine
/// could otherwise read what is meant for this machine alone; the name in the Host header gives it away.
/// </summary>
/// <remarks>
/// On loopback: localhost, loopback addresses. Beyond loopback, where a token is required besides: any IP address (behind a
/// port mapping the machine does not know its own), names without a dot (no domain of the Internet is one) and the machine's
/// own name in any domain. Anywhere: the names of proxies before this server. The port says nothing of who asks and is not
/// compared, so that SSH tunnels and port mappings work. A request without the header, as HTTP/1.0 health checks send, is no
/// browser's.
/// </remarks>
internal sealed class HostCheck(IPAddress listening, string machine, IReadOnlyList<string> proxies)
{
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (IsOwn(context.Request.Host.Host))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return context.Response.WriteAsync("This server does not answer to that Host header.\n", context.RequestAborted);
    }

    /// <param name="host">A name or an address ("[::1]" in brackets), without the port; empty if the request has none.</param>
    public bool IsOwn(string? host)
    {
        if (string.IsNullOrEmpty(host) || host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        if (proxies.Contains(host, StringComparer.OrdinalIgnoreCase))
        {
            return true;
        }

        if (IPAddress.TryParse(host, out var address))
        {
            return IPAddress.IsLoopback(address) || !IPAddress.IsLoopback(listening);
        }

        var isSingleLabel = !host.Contains('.', StringComparison.Ordinal);
        return !IPAddress.IsLoopback(listening)
            && (isSingleLabel || host.StartsWith($"{machine}.", StringComparison.OrdinalIgnoreCase));
    }
}
