namespace Streaming.Cli.Bench;

/// <summary>How a benchmark feeds its streams.</summary>
internal enum BenchMode
{
    /// <summary>As fast as it goes.</summary>
    Closed,

    /// <summary>Streams at a given rate.</summary>
    Open,

    /// <summary>The most streams that keep a given rate.</summary>
    Density,
}
