namespace Streaming.Stages.Frames;

/// <summary>A decoded frame. Has one owner at a time, who disposes it; disposing twice is harmless.</summary>
/// <param name="identity">Which frame it is.</param>
/// <param name="pixels">Its pixels; the frame takes them over.</param>
public sealed class Frame(FrameIdentity identity, PixelBuffer pixels) : IDisposable
{
    /// <summary>Which frame it is.</summary>
    public FrameIdentity Identity { get; } = identity;

    /// <summary>Its pixels; black when it failed.</summary>
    public PixelBuffer Pixels { get; } = pixels;

    /// <summary>Why it could not be decoded, while its source goes on with the next one; null when it was.</summary>
    public string? Failure { get; init; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Pixels.Dispose();
    }

    /// <summary>Short: a Dataflow block that fails keeps this text.</summary>
    public override string ToString()
    {
        return $"{Identity.SourceId}/{Identity.Epoch}#{Identity.Index}";
    }
}
