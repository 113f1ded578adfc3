namespace Streaming.Stages.Decode;

/// <summary>How a lost source is tried again.</summary>
internal sealed record ReconnectOptions
{
    /// <summary>Before the first try; doubles with each further one, with some jitter.</summary>
    /// <value>The default is 1 s.</value>
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The longest pause, and the one after a wrong password, a stream that does not exist or an unknown codec: a person has to
    /// act first.
    /// </summary>
    /// <value>The default is 30 s.</value>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(30);
}
