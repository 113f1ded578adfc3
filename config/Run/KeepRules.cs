namespace Streaming.Config.Run;

/// <summary>How long files are kept.</summary>
/// <param name="For">After their end; null for ever.</param>
/// <param name="Bytes">Most bytes of all together; null for no limit.</param>
/// <param name="FreeBytes">Bytes that stay free on the disk; null for no limit.</param>
internal sealed record KeepRules(TimeSpan? For, long? Bytes, long? FreeBytes)
{
    /// <summary>Everything is kept.</summary>
    public static KeepRules All { get; } = new(null, null, null);
}
