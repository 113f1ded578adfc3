namespace Streaming.Cli.Running;

/// <summary>What taking over a run file has done.</summary>
/// <param name="Added">Sources that are new.</param>
/// <param name="Changed">Sources that were started anew.</param>
/// <param name="Removed">Sources that are gone.</param>
/// <param name="NeedsRestart">Settings that have changed and count after a restart only, by their paths.</param>
internal sealed record ReloadResult(
    IReadOnlyList<string> Added,
    IReadOnlyList<string> Changed,
    IReadOnlyList<string> Removed,
    IReadOnlyList<string> NeedsRestart);
