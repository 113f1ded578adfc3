using Streaming.Stages.Frames;

namespace Streaming.Pipeline.Sources;

/// <summary>Watches one source: what metrics are made of. Called on whatever thread something happens; never throws.</summary>
internal interface ISourceObserver
{
    /// <summary>The source is in another state.</summary>
    void Entered(SourceState state);

    /// <summary>The source was lost, could not be opened, or came back.</summary>
    void Noticed(SourceEvent sourceEvent);

    /// <summary>Frames were decoded: they are in flight now.</summary>
    void Decoded(long frames, DateTimeOffset at);

    /// <summary>Frames have ended.</summary>
    void Ended(FrameOutcome outcome, long frames);

    /// <summary>A frame was written to every required output.</summary>
    void Emitted(TimeSpan endToEnd, TimeSpan lag, FrameResult result);
}
