using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Decode;

/// <summary>What a source is given to work with.</summary>
/// <param name="Id">The source's name.</param>
/// <param name="Pool">Where frames get their memory.</param>
/// <param name="Time">The clock.</param>
public sealed record SourceContext(string Id, PixelPool Pool, TimeProvider Time)
{
    /// <summary>Told of lost connections.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Told of what happens to the source, on whatever thread it happens.</summary>
    public Action<SourceEvent> Report { get; init; } = _ => { };
}
