using System.Text.Json.Nodes;

namespace Streaming.Server.Control;

/// <summary>The text of a run file.</summary>
/// <param name="Text">Without secrets.</param>
/// <param name="Version">Tells it from every other text, and nothing of what it holds.</param>
internal sealed record RunFileVersion(string Text, string Version);

/// <summary>What a run file says about a source.</summary>
/// <param name="Id">The name under which it runs.</param>
/// <param name="Settings">Without secrets.</param>
/// <param name="Version">Tells it from what it was before, and from what others are.</param>
internal sealed record SourceVersion(string Id, JsonObject Settings, string Version);

/// <summary>What a change of the run file has done.</summary>
/// <param name="Version">The file's version now.</param>
/// <param name="Added">Sources that are new.</param>
/// <param name="Changed">Sources that were started anew.</param>
/// <param name="Removed">Sources that are gone.</param>
/// <param name="NeedsRestart">Settings that count after a restart only.</param>
internal sealed record RunChange(
    string Version,
    IReadOnlyList<string> Added,
    IReadOnlyList<string> Changed,
    IReadOnlyList<string> Removed,
    IReadOnlyList<string> NeedsRestart);
