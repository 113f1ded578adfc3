namespace Streaming.Pipeline.Flow;

/// <summary>Why frames are given up: the reasons in outputs and metrics.</summary>
internal static class DropReason
{
    /// <summary>All credits were taken, and the source does not wait.</summary>
    public const string QueueFull = "queue_full";

    /// <summary>The source gives more frames a second than are wanted.</summary>
    public const string RateCap = "rate_cap";

    /// <summary>It came and was gone before it could be read: this machine is too slow for the stream.</summary>
    public const string Overrun = "overrun";

    /// <summary>The run was given up.</summary>
    public const string Aborted = "aborted";

    /// <summary>Where frames are given up for that reason.</summary>
    public static string StageOf(string reason)
    {
        return reason switch
        {
            Overrun => "decode",
            Aborted => "emit",
            _ => "gate",
        };
    }
}
