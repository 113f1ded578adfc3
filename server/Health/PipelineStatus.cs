namespace Streaming.Server.Health;

/// <summary>What /status reports. Sources are named without credentials.</summary>
internal sealed record PipelineStatus(
    DateTimeOffset StartedAt,
    double UptimeS,
    bool Started,
    bool Ready,
    IReadOnlyList<string> Hanging,
    IReadOnlyList<SourceReport> Sources);
