namespace Streaming.Pipeline;

/// <summary>What a source does at the moment.</summary>
public enum SourceState
{
    /// <summary>It is being opened for the first time.</summary>
    Opening,

    /// <summary>It gives frames.</summary>
    Running,

    /// <summary>It was lost and is being reopened.</summary>
    Reconnecting,

    /// <summary>It came to its end or was stopped.</summary>
    Ended,

    /// <summary>It ended with an error.</summary>
    Failed,
}
