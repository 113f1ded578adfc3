using Streaming.Pipeline;

namespace Streaming.Server.Health;

/// <summary>One source in <see cref="PipelineStatus"/>.</summary>
internal sealed record SourceReport(
    string Id,
    string State,
    string? Source,
    int? Width,
    int? Height,
    double? Fps,
    string? Codec,
    string? Decoder,
    long FramesDecoded,
    long FramesEmitted,
    long FramesGated,
    long FramesInFlight,
    IReadOnlyDictionary<string, long> FramesDropped,
    IReadOnlyDictionary<string, long> FramesFailed,
    DateTimeOffset? LastResultAt,
    string? LastError,
    DateTimeOffset? LastErrorAt,
    IReadOnlyList<string> Outputs)
{
    public static SourceReport Of(SourceStatus source)
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
            counts.Decoded,
            counts.Emitted,
            counts.Gated,
            counts.Decoded - counts.Emitted - counts.Dropped.Values.Sum() - counts.Failed.Values.Sum(),
            counts.Dropped,
            counts.Failed,
            source.LastResultAt,
            source.LastError,
            source.LastErrorAt,
            source.Outputs);
    }
}
