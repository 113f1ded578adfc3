namespace Streaming.Server.Health;

/// <summary>What viewers are told each second.</summary>
/// <param name="Type">"status".</param>
/// <param name="Sources">How each source is.</param>
internal sealed record SourcesMessage(string Type, IReadOnlyList<SourceReport> Sources);
