using System.Text.Json.Serialization;

namespace Streaming.Server.Machine;

/// <summary>What /api/v1/system reports. Null is what is not known yet, or not there.</summary>
/// <param name="Version">The program's.</param>
/// <param name="Dotnet">.NET's version.</param>
/// <param name="Libtorch">libtorch's version.</param>
/// <param name="Opencv">OpenCV's version.</param>
/// <param name="Gstreamer">GStreamer's version.</param>
/// <param name="Processors">Cores that the program may use.</param>
/// <param name="MemoryBytes">Memory that the program uses.</param>
/// <param name="Devices">Where the network runs.</param>
/// <param name="Batching">How frames flow; null while the model is loaded.</param>
/// <param name="Stages">How busy each stage is.</param>
/// <param name="Doctor">What `streaming doctor` finds; empty until it has looked.</param>
internal sealed record SystemReport(
    string Version,
    string Dotnet,
    string? Libtorch,
    string? Opencv,
    string? Gstreamer,
    int Processors,
    long MemoryBytes,
    IReadOnlyList<string> Devices,
    BatchingReport? Batching,
    IReadOnlyList<StageReport> Stages,
    IReadOnlyList<DoctorReport> Doctor);

/// <summary>How frames flow.</summary>
/// <param name="MaxSize">Most frames in a batch.</param>
/// <param name="MeanSize">Frames in a batch on average over the last seconds; null when there was none.</param>
/// <param name="MaxDelayMs">Most milliseconds that a frame waits for others.</param>
/// <param name="MaxInFlight">Frames that a file may have under way.</param>
/// <param name="MaxInFlightLive">Frames that a camera may have under way.</param>
/// <param name="Workers">Threads of the stages beside the network.</param>
internal sealed record BatchingReport(
    int MaxSize, double? MeanSize, double MaxDelayMs, int MaxInFlight, int MaxInFlightLive, int Workers);

/// <summary>How busy a stage was in the last seconds.</summary>
/// <param name="Name">For example "infer".</param>
/// <param name="Load">The share of the time in which its workers were busy, 0 to 1; null until it is known.</param>
/// <param name="Queue">Frames (for infer: batches) that wait before it; null for stages without a queue.</param>
/// <param name="Limit">Whether it is what holds the pipeline up.</param>
internal sealed record StageReport(string Name, double? Load, int? Queue, bool Limit);

/// <summary>Something that `streaming doctor` has looked at.</summary>
/// <param name="Name">For example "GStreamer".</param>
/// <param name="State">ok, warning or error.</param>
/// <param name="Text">What was found, and what to do if it is missing.</param>
internal sealed record DoctorReport(string Name, string State, string Text);

/// <summary>What /api/v1/setup reports.</summary>
/// <param name="Needs">What is missing.</param>
/// <param name="RunFile">The run file's name; null when flags say everything.</param>
/// <param name="HasModel">Whether the model is loaded.</param>
internal sealed record SetupReport(IReadOnlyList<SetupNeed> Needs, string? RunFile, bool HasModel);

/// <summary>Something that is missing.</summary>
/// <param name="What">One sentence.</param>
/// <param name="How">The command that gets it.</param>
internal sealed record SetupNeed(string What, string How);

/// <summary>Serialises the reports without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SystemReport))]
[JsonSerializable(typeof(SetupReport))]
internal sealed partial class SystemJson : JsonSerializerContext;
