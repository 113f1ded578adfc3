using System.Text.Json.Serialization;
using Streaming.Server.Health;

namespace Streaming.Server.Api;

/// <summary>Serialises what the API answers about sources and the run file, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SourcesAnswer))]
[JsonSerializable(typeof(SourceReport))]
[JsonSerializable(typeof(SettingsAnswer))]
[JsonSerializable(typeof(RunFileAnswer))]
internal sealed partial class ApiJson : JsonSerializerContext;
