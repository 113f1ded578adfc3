using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Streaming.Pipeline;
using Streaming.Pipeline.Metrics;
using Streaming.Server.Api;
using Streaming.Server.Endpoints;

namespace Streaming.Server.History;

/// <summary>/api/v1/sources/ID/history: the last hour as columns; …/counts: what zones and lines have counted.</summary>
/// <param name="pipeline">Gives the pipeline once there is one.</param>
/// <param name="history">What was seen of it.</param>
/// <param name="time">The clock.</param>
internal sealed class HistoryEndpoint(Func<VideoPipeline?> pipeline, SourceHistory history, TimeProvider time) : IEndpoint
{
    private const int MaxMinutes = 60;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/sources/{id}/history", context => AnswerAsync(context, AnswerHistoryAsync));
        routes.MapGet("/api/v1/sources/{id}/counts", context => AnswerAsync(context, AnswerCountsAsync));
    }

    private async Task AnswerAsync(HttpContext context, Func<HttpContext, string, SourceMetrics, Task> answer)
    {
        var id = (string)context.GetRouteValue("id")!;
        var (_, metrics) = (pipeline()?.Measured ?? []).FirstOrDefault(source => source.Handle.Id == id);
        await (metrics is not null ? answer(context, id, metrics) : Problem.WriteAsync(
            context, StatusCodes.Status404NotFound, $"No source '{id}' is running; /api/v1/sources lists all there are."))
            .ConfigureAwait(false);
    }

    private Task AnswerHistoryAsync(HttpContext context, string id, SourceMetrics metrics)
    {
        var (text, minutes) = ((string?)context.Request.Query["minutes"], MaxMinutes);
        if (text is not null && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out minutes)
            || minutes is < 1 or > MaxMinutes))
        {
            return Problem.WriteAsync(
                context, StatusCodes.Status400BadRequest,
                $"minutes: '{text}' is not a whole number from 1 to {MaxMinutes}; an hour is remembered.");
        }

        var start = time.GetUtcNow() - TimeSpan.FromMinutes(minutes);
        return context.Response.WriteAsJsonAsync(
            HistoryReport.Of([.. history.Of(id).Where(point => point.At > start)]), HistoryJson.Default.HistoryReport,
            cancellationToken: context.RequestAborted);
    }

    private static Task AnswerCountsAsync(HttpContext context, string id, SourceMetrics metrics)
    {
        var figures = metrics.Figures();
        var report = new CountsReport(
            [.. figures.Zones.Select(zone => new ZoneReport(zone.Name, zone.Occupancy, zone.Entered, zone.Left))],
            [
                .. figures.Lines.Select(line => new LineReport(
                    line.Name, [.. line.Directions.Select(way => new DirectionReport(way.Name, way.Crossed))])),
            ]);
        return context.Response.WriteAsJsonAsync(
            report, HistoryJson.Default.CountsReport, cancellationToken: context.RequestAborted);
    }
}
