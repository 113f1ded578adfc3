using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Streaming.Model.Structures;
using Streaming.Stages.Frames;
using Streaming.Stages.Packets;

namespace Streaming.Stages.Decode;

/// <summary>What a source is given to work with.</summary>
/// <param name="Id">The source's name.</param>
/// <param name="Pool">Where frames get their memory.</param>
/// <param name="Time">The clock.</param>
internal sealed record SourceContext(string Id, PixelPool Pool, TimeProvider Time)
{
    /// <summary>Larger frames are refused.</summary>
    /// <value>The default is <see cref="PixelLimit.Default"/>.</value>
    internal PixelLimit Limit { get; init; } = PixelLimit.Default;

    /// <summary>Where frames get their memory instead of from the pool: a decoder process writes into a ring.</summary>
    internal IPixelMemory? Memory { get; init; }

    /// <summary>Where a source's packets are kept, as long as clips are wanted of it; null for nowhere.</summary>
    internal PacketRing? Ring { get; init; }

    /// <summary>Gets the packets of one connection; null for nobody. Sources that have none give none.</summary>
    internal IPacketTarget? Packets { get; init; }

    /// <summary>Told of lost connections.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Told of what happens to the source, on whatever thread it happens.</summary>
    public Action<SourceEvent> Report { get; init; } = _ => { };

    /// <summary>Memory for a frame.</summary>
    /// <param name="size">Height and width in pixels.</param>
    /// <param name="location">The source, for messages.</param>
    /// <exception cref="DecodeException">The frame is too large.</exception>
    internal PixelBuffer Rent(ImageSize size, string location)
    {
        Limit.Check(size, location);
        return (Memory ?? Pool).Rent(size);
    }
}
