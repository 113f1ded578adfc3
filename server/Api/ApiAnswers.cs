using System.Text.Json.Nodes;
using Streaming.Server.Health;

namespace Streaming.Server.Api;

/// <summary>All sources.</summary>
/// <param name="Etag">The run file's version; null when there is no run file, or the run has not begun.</param>
/// <param name="Sources">How each one is.</param>
internal sealed record SourcesAnswer(string? Etag, IReadOnlyList<SourceReport> Sources);

/// <summary>What the run file says about a source.</summary>
/// <param name="Settings">Its keys.</param>
internal sealed record SettingsAnswer(JsonObject Settings);

/// <summary>What replacing the run file has done.</summary>
/// <param name="Etag">Its version now.</param>
/// <param name="Added">Sources that are new.</param>
/// <param name="Changed">Sources that were started anew.</param>
/// <param name="Removed">Sources that are gone.</param>
/// <param name="NeedsRestart">Settings that count after a restart only.</param>
internal sealed record RunFileAnswer(
    string Etag,
    IReadOnlyList<string> Added,
    IReadOnlyList<string> Changed,
    IReadOnlyList<string> Removed,
    IReadOnlyList<string> NeedsRestart);
