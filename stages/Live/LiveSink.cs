using Streaming.Stages.Emit;

namespace Streaming.Stages.Live;

/// <summary>Shows a source's frames to whoever watches.</summary>
internal sealed class LiveSink(LiveFeed feed) : IFrameSink
{
    /// <inheritdoc/>
    public string Target => "live";

    /// <inheritdoc/>
    public void Write(OutputFrame frame)
    {
        feed.Offer(frame);
    }

    /// <inheritdoc/>
    public void Complete(StreamSummary summary)
    {
        // Viewers keep the last picture.
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The feed stays for the source's next start.
    }
}
