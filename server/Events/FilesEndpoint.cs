using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Streaming.Server.Api;
using Streaming.Server.Endpoints;
using Streaming.Server.Events.Store;

namespace Streaming.Server.Events;

/// <summary>/api/v1/files/: snapshots and clips of events, whole or in ranges, and nothing else of the output folder.</summary>
internal sealed class FilesEndpoint(string folder) : IEndpoint
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods(EventJson.FilesPath + "{**path}", ["GET", "HEAD"], AnswerAsync);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.GetRouteValue("path") is not string path || Open(path) is not { } file)
        {
            await Problem.WriteAsync(
                context, StatusCodes.Status404NotFound,
                "There is no such snapshot or clip; it may have been removed by the limits of event_keep_days, event_keep_gb and "
                + "event_keep_free_gb.").ConfigureAwait(false);
            return;
        }

        await using (file.ConfigureAwait(false))
        {
            var modified = new DateTimeOffset(File.GetLastWriteTimeUtc(file.SafeFileHandle), TimeSpan.Zero);
            var headers = context.Response.Headers;
            (headers.XContentTypeOptions, headers.CacheControl) = ("nosniff", "private, no-cache");
            await TypedResults.Stream(
                file,
                path.EndsWith(".mp4", StringComparison.Ordinal) ? "video/mp4" : "image/jpeg",
                lastModified: modified,
                entityTag: new EntityTagHeaderValue($"\"{modified.Ticks:x}-{file.Length:x}\""),
                enableRangeProcessing: true).ExecuteAsync(context).ConfigureAwait(false);
        }
    }

    private FileStream? Open(string path)
    {
        const FileShare AnyUse = FileShare.ReadWrite | FileShare.Delete;
        try
        {
            return KeptFolders.Find(folder, path) is { } file
                ? new FileStream(file.FullName, FileMode.Open, FileAccess.Read, AnyUse, bufferSize: 0) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
