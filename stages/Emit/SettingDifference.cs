using Streaming.Config.Settings;

namespace Streaming.Stages.Emit;

/// <summary>A setting that changes results and is another one than in the earlier run.</summary>
/// <param name="Setting">The setting.</param>
/// <param name="Before">Its value in the earlier run; null when only a checksum of what it names is known.</param>
/// <param name="Now">Its value in this run; null as before.</param>
public sealed record SettingDifference(Setting Setting, string? Before, string? Now);
