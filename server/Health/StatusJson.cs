using System.Text.Json.Serialization;

namespace Streaming.Server.Health;

/// <summary>Serialises <see cref="PipelineStatus"/> without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(PipelineStatus))]
[JsonSerializable(typeof(SourcesMessage))]
internal sealed partial class StatusJson : JsonSerializerContext;
