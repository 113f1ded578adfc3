using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Streaming.Server.Api;
using Streaming.Server.Endpoints;

namespace Streaming.Server.Access;

/// <summary>
/// POST /login takes the token once and gives a session in a cookie that no script can read and no other site can send;
/// POST /logout ends it. The form is a page of its own.
/// </summary>
internal sealed class LoginEndpoint(AccessRules rules, Sessions sessions, FailedLogins failed, bool isEncrypted) : IEndpoint
{
    private const int MaxForm = 4096;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/login", LoginAsync).AllowAnonymous().WithMetadata(new BodyLimit(MaxForm));
        routes.MapPost("/logout", Logout).AllowAnonymous();
    }

    private async Task LoginAsync(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress;
        if (failed.WaitOf(address) is var wait && wait > TimeSpan.Zero)
        {
            await AccessCheck.TooManyAsync(context, wait).ConfigureAwait(false);
            return;
        }

        if (!context.Request.HasFormContentType)
        {
            await Problem.WriteAsync(
                context, StatusCodes.Status415UnsupportedMediaType, "Send the token as a form with the field 'token'.")
                .ConfigureAwait(false);
            return;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted).ConfigureAwait(false);
        var role = rules.AreOn ? rules.RoleOf(form["token"].ToString()) : Role.Admin;
        if (role == Role.None)
        {
            failed.Failed(address);
            await RefuseAsync(context).ConfigureAwait(false);
            return;
        }

        if (rules.AreOn)
        {
            failed.Worked(address);
            context.Response.Cookies.Append(Sessions.Cookie, sessions.Create(role), Options(Sessions.Length));
        }

        // 303: the browser gets the page whatever it has posted.
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = "/";
    }

    private static Task RefuseAsync(HttpContext context)
    {
        if (!context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase))
        {
            return Problem.WriteAsync(context, StatusCodes.Status401Unauthorized, "This token is not the right one.");
        }

        // A browser without the page's script.
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = "/login";
        return Task.CompletedTask;
    }

    private Task Logout(HttpContext context)
    {
        context.Response.Cookies.Append(Sessions.Cookie, "", Options(TimeSpan.Zero));
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = "/login";
        return Task.CompletedTask;
    }

    private CookieOptions Options(TimeSpan age)
    {
        return new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Secure = isEncrypted,
            Path = "/",
            MaxAge = age,
            IsEssential = true,
        };
    }
}
