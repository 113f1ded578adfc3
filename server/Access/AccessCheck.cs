using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Streaming.Server.Api;

namespace Streaming.Server.Access;

/// <summary>
/// Lets pass whoever may do what is asked for. Reading takes the role view, everything else admin; an endpoint may be open to
/// everyone (AllowAnonymous). Programs show their token with each request, browsers the cookie of their session.
/// </summary>
internal sealed class AccessCheck(AccessRules rules, Sessions sessions, FailedLogins failed)
{
    private const string Scheme = "Bearer ";
    private static readonly object RoleKey = new();

    /// <summary>What the sender of a request may do.</summary>
    public static Role RoleOf(HttpContext context)
    {
        return context.Items[RoleKey] is Role role ? role : Role.None;
    }

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var isOpen = context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null;
        var role = Role.Admin;
        if (rules.AreOn)
        {
            var (request, address) = (context.Request, context.Connection.RemoteIpAddress);
            if (BearerOf(request) is not { } token)
            {
                role = sessions.RoleOf(request.Cookies[Sessions.Cookie]);
            }
            else if (failed.WaitOf(address) is var wait && wait > TimeSpan.Zero && !isOpen)
            {
                return TooManyAsync(context, wait);
            }
            else if ((role = rules.RoleOf(token)) == Role.None)
            {
                failed.Failed(address);
            }
        }

        context.Items[RoleKey] = role;
        return isOpen || role >= Needed(context.Request) ? next(context) : RefuseAsync(context, role);
    }

    /// <summary>Answers somebody who has shown too many wrong tokens.</summary>
    public static Task TooManyAsync(HttpContext context, TimeSpan wait)
    {
        var seconds = (int)Math.Ceiling(wait.TotalSeconds);
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return Problem.WriteAsync(
            context, StatusCodes.Status429TooManyRequests,
            $"Too many wrong tokens came from this address; try again in {seconds} s.");
    }

    private static Role Needed(HttpRequest request)
    {
        return HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) ? Role.View : Role.Admin;
    }

    private static string? BearerOf(HttpRequest request)
    {
        var shown = request.Headers.Authorization.ToString();
        return shown.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? shown[Scheme.Length..] : null;
    }

    private static Task RefuseAsync(HttpContext context, Role role)
    {
        var request = context.Request;
        if (role != Role.None)
        {
            return Problem.WriteAsync(
                context, StatusCodes.Status403Forbidden, "This token may see everything and change nothing: its role is view.");
        }

        if (HttpMethods.IsGet(request.Method) && WantsPage(request.Headers.Accept))
        {
            context.Response.Redirect("/login");
            return Task.CompletedTask;
        }

        context.Response.Headers.WWWAuthenticate = "Bearer";
        return Problem.WriteAsync(
            context, StatusCodes.Status401Unauthorized,
            "Show the server's token: 'Authorization: Bearer TOKEN', or sign in at /login.");
    }

    private static bool WantsPage(StringValues accept)
    {
        return accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
    }
}
