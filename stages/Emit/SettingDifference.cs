using Streaming.Config.Settings;

namespace Streaming.Stages.Emit;

/// <summary>A setting that changes results and is another one than in the earlier run.</summary>
/// <param name="Setting">The setting.</param>
/// <param name="Before">What the earlier run had, within a sentence: "stride 1", "another checkpoint".</param>
/// <param name="Now">What this run has: "stride 2".</param>
internal sealed record SettingDifference(Setting Setting, string Before, string Now);
