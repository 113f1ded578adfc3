using Streaming.Pipeline;

namespace Streaming.Server.Health;

/// <summary>One source in <see cref="PipelineStatus"/> and in the API. It is named without credentials.</summary>
internal sealed record SourceReport(
    string Id,
    string State,
    string? Location,
    int? Width,
    int? Height,
    double? Fps,
    string? Codec,
    string? Decoder,
    double Rate,
    double? AgeS,
    int Objects,
    long FramesDecoded,
    long FramesEmitted,
    long FramesGated,
    long FramesInFlight,
    IReadOnlyDictionary<string, long> FramesDropped,
    IReadOnlyDictionary<string, long> FramesFailed,
    DateTimeOffset? LastResultAt,
    string? LastError,
    DateTimeOffset? LastErrorAt,
    double? NextTryS,
    IReadOnlyList<string> Outputs)
{
    private static readonly Dictionary<string, long> None = [];

    /// <summary>A source of the pipeline.</summary>
    /// <param name="source">The source.</param>
    /// <param name="now">The time.</param>
    public static SourceReport Of(SourceStatus source, DateTimeOffset now)
    {
        var (info, counts) = (source.Info, source.Counts);
        return new SourceReport(
            source.Id,
            source.State.ToString().ToLowerInvariant(),
            source.Location,
            info?.Size.Width,
            info?.Size.Height,
            info?.FrameRate?.Value,
            info?.Codec,
            info?.Decoder,
            source.HasEnded ? 0 : Math.Round(source.Rate, 2),
            Seconds(now - source.LastResultAt),
            source.Objects,
            counts.Decoded,
            counts.Emitted,
            counts.Gated,
            counts.Decoded - counts.Emitted - counts.Dropped.Values.Sum() - counts.Failed.Values.Sum(),
            counts.Dropped,
            counts.Failed,
            source.LastResultAt,
            source.LastError,
            source.LastErrorAt,
            source.HasEnded ? null : Seconds(source.NextTryAt - now),
            source.Outputs);
    }

    /// <summary>A source that is not in the pipeline.</summary>
    public static SourceReport Of(IdleSource source)
    {
        return new SourceReport(
            source.Id, source.State, source.Location, null, null, null, null, null, 0, null, 0, 0, 0, 0, 0, None, None, null,
            null, null, null, []);
    }

    private static double? Seconds(TimeSpan? time)
    {
        return time is { } span ? Math.Round(Math.Max(span.TotalSeconds, 0), 2) : null;
    }
}
