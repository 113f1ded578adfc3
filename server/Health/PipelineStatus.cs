using System.Text.Json.Serialization;
using Streaming.Pipeline;

namespace Streaming.Server.Health;

/// <summary>What /status tells. Sources are named without credentials.</summary>
internal sealed record PipelineStatus(
    DateTimeOffset StartedAt, double UptimeS, bool Started, bool Ready, IReadOnlyList<string> Hanging, IReadOnlyList<SourceStatus> Sources);

/// <summary>One source in <see cref="PipelineStatus"/>.</summary>
internal sealed record SourceStatus(
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
    long FramesInFlight,
    IReadOnlyDictionary<string, long> FramesDropped,
    IReadOnlyDictionary<string, long> FramesFailed,
    string? LastError,
    IReadOnlyList<string> Outputs)
{
    public static SourceStatus Of(SourceProgress source)
    {
        var (info, counts) = (source.Info, source.Counts);
        return new SourceStatus(
            source.Id,
            source.State.ToString().ToLowerInvariant(),
            info?.Location,
            info?.Size.Width,
            info?.Size.Height,
            info?.FrameRate?.Value,
            info?.Codec,
            info?.Decoder,
            counts.Decoded,
            counts.Emitted,
            counts.Decoded - counts.Emitted - counts.Dropped.Values.Sum() - counts.Failed.Values.Sum(),
            counts.Dropped,
            counts.Failed,
            source.LastError,
            source.Outputs);
    }
}

/// <summary>Serialisation without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(PipelineStatus))]
internal sealed partial class StatusJson : JsonSerializerContext;
