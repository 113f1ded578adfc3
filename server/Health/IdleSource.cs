namespace Streaming.Server.Health;

/// <summary>A source that is wanted, but not in the pipeline.</summary>
/// <param name="Id">Its name.</param>
/// <param name="State">One of the words below, or those of sources in the pipeline.</param>
/// <param name="Location">What would be read, without credentials.</param>
internal sealed record IdleSource(string Id, string State, string Location)
{
    /// <summary>It is left alone until somebody resumes it.</summary>
    public const string Paused = "paused";

    /// <summary>It waits for its turn.</summary>
    public const string Opening = "opening";

    /// <summary>Nothing of it is left to do.</summary>
    public const string Ended = "ended";
}
