using Streaming.Config.Zoo;

namespace Streaming.Stages.Emit;

/// <summary>What outputs say about the run that made them.</summary>
/// <param name="RunId">Unique for each run.</param>
/// <param name="StartedAt">UTC.</param>
/// <param name="Config">The configuration's name.</param>
/// <param name="Weights">The checkpoint's file name, or the formula.</param>
/// <param name="WeightsSha256">Of the checkpoint file, in lower-case hexadecimal; null for a formula.</param>
/// <param name="Precision">"fp32", "bf16" or "fp16".</param>
/// <param name="ScoreThreshold">The model keeps detections above it.</param>
/// <param name="HasMasks">Whether detections have masks.</param>
/// <param name="Categories">The classes in the model's order.</param>
internal sealed record RunInfo(
    string RunId,
    DateTimeOffset StartedAt,
    string Config,
    string Weights,
    string? WeightsSha256,
    string Precision,
    double ScoreThreshold,
    bool HasMasks,
    IReadOnlyList<Category> Categories)
{
    /// <summary>
    /// A checksum of the model's configuration with its overrides, in lower-case hexadecimal; null when unknown.
    /// </summary>
    public string? ConfigSha256 { get; init; }

    /// <summary>Whether detectron2's operations are computed one by one.</summary>
    public bool IsExact { get; init; }

    /// <summary>Whether 3x3 convolutions are computed by Winograd's algorithm.</summary>
    public bool IsWinograd { get; init; }
}
