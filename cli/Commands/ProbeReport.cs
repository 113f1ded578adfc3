using System.Text.Json.Serialization;

namespace Streaming.Cli.Commands;

/// <summary>What `probe --json` prints.</summary>
internal sealed record ProbeReport(
    string Source, int Width, int Height, double? Fps, string? Codec, string? Decoder, long? Frames, bool Live,
    double FirstFrameMs);

/// <summary>Serialisation without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ProbeReport))]
internal sealed partial class ProbeJson : JsonSerializerContext;
