using Streaming.Config.Run;

namespace Streaming.Cli.Bench;

/// <summary>What is measured.</summary>
/// <param name="Input">A source; it is repeated without end.</param>
/// <param name="Fps">Each stream's rate; null as fast as it goes.</param>
/// <param name="Warmup">Left out.</param>
/// <param name="Duration">Measured.</param>
internal sealed record BenchPlan(SourceConfig Input, double? Fps, TimeSpan Warmup, TimeSpan Duration);
