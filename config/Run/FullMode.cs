namespace Streaming.Config.Run;

/// <summary>What happens to a source's frame when all of its credits are taken.</summary>
public enum FullMode
{
    /// <summary>The source waits: every frame is processed. For files.</summary>
    Wait,

    /// <summary>The oldest waiting frame is dropped: the newest is processed next. For cameras.</summary>
    DropOldest,

    /// <summary>The new frame is dropped.</summary>
    DropNewest,
}
