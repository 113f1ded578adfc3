namespace Streaming.Pipeline.Flow;

/// <summary>Why frames are dropped: the reasons in outputs and metrics.</summary>
internal static class DropReason
{
    /// <summary>All credits were taken, and the source does not wait.</summary>
    public const string QueueFull = "queue_full";

    /// <summary>The source gives more frames a second than the user wants.</summary>
    public const string RateCap = "rate_cap";

    /// <summary>The decoder had to overwrite it before it was read: this machine is too slow for the stream.</summary>
    public const string Overrun = "overrun";

    /// <summary>The run was aborted.</summary>
    public const string Aborted = "aborted";

    /// <summary>A required output of a camera could not take it, and is opened again.</summary>
    public const string OutputFailed = "output_failed";

    /// <summary>The stage in which frames are dropped for a reason.</summary>
    public static string StageOf(string reason)
    {
        return reason switch
        {
            Overrun => "decode",
            Aborted or OutputFailed => "emit",
            _ => "admission",
        };
    }
}
