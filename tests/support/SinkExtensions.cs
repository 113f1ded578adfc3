using Streaming.Stages.Emit;

namespace Streaming.Testing;

/// <summary>Sinks of tests as outputs.</summary>
public static class SinkExtensions
{
    /// <summary>A required output that is this sink.</summary>
    public static Output ToOutput(this IFrameSink sink)
    {
        return new Output("memory", () => sink);
    }
}
