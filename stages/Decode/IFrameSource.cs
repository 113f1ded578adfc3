using Streaming.Stages.Frames;

namespace Streaming.Stages.Decode;

/// <summary>Gives frames one after the other. Used by one thread at a time.</summary>
public interface IFrameSource : IDisposable
{
    /// <summary>What is known about the source; constant.</summary>
    SourceInfo Info { get; }

    /// <summary>
    /// The next frame, which the caller then owns, or null at the end. Blocks while it decodes.
    /// </summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="DecodeException">The source cannot give further frames.</exception>
    Frame? Read(CancellationToken cancellationToken);
}
