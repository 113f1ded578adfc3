namespace Streaming.Pipeline.Outputs;

/// <summary>Watches outputs: what metrics are made of. The kind is an output's key; never throws.</summary>
internal interface IOutputObserver
{
    /// <summary>A frame was written to an output.</summary>
    void Written(string kind);

    /// <summary>An output failed.</summary>
    void Failed(string kind);

    /// <summary>An output lacks frames: a best-effort one, or one of a camera that is opened again.</summary>
    /// <param name="kind">The output's key.</param>
    /// <param name="reason">"queue_full", "output_failed" or "too_late".</param>
    /// <param name="frames">How many.</param>
    void GaveUp(string kind, string reason, long frames);

    /// <summary>A frame was written to all required outputs.</summary>
    /// <param name="duration">How long that took.</param>
    void Delivered(TimeSpan duration);
}
