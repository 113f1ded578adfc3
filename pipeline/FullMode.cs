namespace Streaming.Pipeline;

/// <summary>What happens to a source's frame when all its credits are taken.</summary>
public enum FullMode
{
    /// <summary>The source waits: nothing is lost. For files.</summary>
    Wait,

    /// <summary>The newest frame waits and takes the place of one that waits already. For cameras.</summary>
    DropOldest,

    /// <summary>The newest frame is dropped.</summary>
    DropNewest,
}
