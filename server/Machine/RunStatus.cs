using System.Text.Json.Serialization;
using Streaming.Server.Health;

namespace Streaming.Server.Machine;

/// <summary>What /api/v1/status reports. Sources are named without credentials.</summary>
/// <param name="Version">The program's.</param>
/// <param name="RunId">The run's name, as outputs have it.</param>
/// <param name="StartedAt">When the program started.</param>
/// <param name="UptimeS">Seconds since then.</param>
/// <param name="IsReady">Whether frames come out.</param>
/// <param name="Role">What the asker may do: view or admin.</param>
/// <param name="Model">What detects.</param>
/// <param name="RunFile">The run file's name; null when flags say everything.</param>
/// <param name="Hanging">What hangs in native code.</param>
/// <param name="Sources">How each source is.</param>
internal sealed record RunStatus(
    string Version,
    string RunId,
    DateTimeOffset StartedAt,
    double UptimeS,
    bool IsReady,
    string Role,
    ModelDescription Model,
    string? RunFile,
    IReadOnlyList<string> Hanging,
    IReadOnlyList<SourceReport> Sources);

/// <summary>What detects.</summary>
/// <param name="Config">The configuration's name.</param>
/// <param name="Weights">The checkpoint's file name, or what stands for one.</param>
/// <param name="Precision">Of its numbers, for example "float32".</param>
/// <param name="Device">Where it runs; null while it is loaded.</param>
/// <param name="Classes">The names of its classes in order.</param>
internal sealed record ModelDescription(
    string Config, string Weights, string Precision, string? Device, IReadOnlyList<string> Classes);

/// <summary>What is known of a run before its model is loaded.</summary>
/// <param name="Version">The program's.</param>
/// <param name="RunId">The run's name.</param>
/// <param name="Model">What detects, without its device.</param>
/// <param name="RunFile">The run file's name; null when flags say everything.</param>
internal sealed record RunDescription(string Version, string RunId, ModelDescription Model, string? RunFile);

/// <summary>Serialises <see cref="RunStatus"/> without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(RunStatus))]
internal sealed partial class RunStatusJson : JsonSerializerContext;
