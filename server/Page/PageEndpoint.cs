using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Streaming.Server.Endpoints;

namespace Streaming.Server.Page;

/// <summary>
/// The live page: its files under /assets, the same document at each of its paths (the page itself shows what the path names),
/// and the form of /login. To anyone who asks: they say nothing of the run, and the page asks the API, which wants the token.
/// </summary>
internal sealed class PageEndpoint : IEndpoint
{
    private const string Document = "index.html";

    /// <summary>No code and no style but the program's own files; nothing from elsewhere; in nobody's frame.</summary>
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
        + "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    private static readonly string[] Paths = ["/", "/camera/{**id}", "/events", "/system", "/settings", "/add"];

    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (var path in Paths)
        {
            routes.MapMethods(path, Methods, context => AnswerAsync(context, Document)).AllowAnonymous();
        }

        routes.MapMethods("/login", Methods, context => AnswerAsync(context, "login.html")).AllowAnonymous();
        routes.MapMethods("/assets/{**path}", Methods, AnswerAssetAsync).AllowAnonymous();
    }

    private static Task AnswerAssetAsync(HttpContext context)
    {
        return AnswerAsync(context, context.GetRouteValue("path") as string ?? "");
    }

    private static Task AnswerAsync(HttpContext context, string name)
    {
        var (request, response) = (context.Request, context.Response);
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        // The name is looked up in a list, so no path leads to anything else.
        if (!PageAssets.All.TryGetValue(name, out var asset))
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        var coding = CodingOf(request);
        response.Headers.ETag = asset.ETag(coding);
        response.Headers.CacheControl = "no-cache";
        response.Headers.Vary = HeaderNames.AcceptEncoding;
        if (IsKnown(request.Headers.IfNoneMatch, asset.ETag(coding)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        var content = asset.Content(coding);
        response.ContentType = asset.ContentType;
        response.ContentLength = content.Length;
        if (coding != "identity")
        {
            response.Headers.ContentEncoding = coding;
        }

        return HttpMethods.IsHead(request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(content, context.RequestAborted).AsTask();
    }

    /// <summary>The best coding that the client takes; one with a quality of 0 it refuses.</summary>
    private static string CodingOf(HttpRequest request)
    {
        if (!StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptEncoding, out var accepted))
        {
            return "identity";
        }

        bool Takes(string coding)
        {
            return accepted.Any(one => one.Value.Equals(coding, StringComparison.OrdinalIgnoreCase) && one.Quality != 0);
        }

        return Takes("br") ? "br" : Takes("gzip") ? "gzip" : "identity";
    }

    private static bool IsKnown(StringValues known, string etag)
    {
        return EntityTagHeaderValue.TryParseList(known, out var tags)
            && tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any)
                || tag.Compare(EntityTagHeaderValue.Parse(etag), useStrongComparison: false));
    }
}
