namespace Streaming.Stages.Emit.Clips;

/// <summary>Fills a ring for a source that gives no packets itself, as its frames come.</summary>
internal interface IPacketFeed : IDisposable
{
    /// <summary>Gives the packets up to a frame, which stays the caller's; perhaps some more, or a little later.</summary>
    void Advance(OutputFrame frame);

    /// <summary>Gives what belongs to the frames before and has not come yet: perhaps no frame follows.</summary>
    /// <param name="end">The time in the source up to which packets are wanted, as far as there are any.</param>
    void Flush(TimeSpan end);
}
