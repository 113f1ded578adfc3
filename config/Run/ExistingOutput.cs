namespace Streaming.Config.Run;

/// <summary>What happens when an output exists already.</summary>
internal enum ExistingOutput
{
    /// <summary>The run does not start.</summary>
    Refuse,

    /// <summary>It is replaced.</summary>
    Overwrite,

    /// <summary>The run goes on where it ends.</summary>
    Resume,
}
