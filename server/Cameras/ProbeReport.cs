using System.Text.Json.Serialization;

namespace Streaming.Server.Cameras;

/// <summary>What a source is: what `probe --json` prints.</summary>
internal sealed record ProbeReport(
    string Source, int Width, int Height, double? Fps, string? Codec, string? Decoder, long? Frames, bool Live,
    double FirstFrameMs);

/// <summary>A source to look at.</summary>
/// <param name="Input">As in a run file.</param>
/// <param name="User">For addresses.</param>
/// <param name="Password">For addresses.</param>
internal sealed record ProbeRequest(string? Input, string? User, string? Password);

/// <summary>Serialisation without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ProbeReport))]
[JsonSerializable(typeof(ProbeRequest))]
internal sealed partial class ProbeJson : JsonSerializerContext;
