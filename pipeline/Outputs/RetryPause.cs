namespace Streaming.Pipeline.Outputs;

/// <summary>
/// When a failed output is opened again: a second after the first failure, then after twice as long each time, up to thirty
/// seconds, until it has worked.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class RetryPause(TimeProvider time)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private TimeSpan _pause;
    private long _failedAt;

    /// <summary>Whether the output may be opened now.</summary>
    public bool IsOver => _pause == TimeSpan.Zero || time.GetElapsedTime(_failedAt) >= _pause;

    /// <summary>It failed: a longer pause begins.</summary>
    public void Failed()
    {
        _failedAt = time.GetTimestamp();
        _pause = _pause == TimeSpan.Zero ? First : _pause * 2 < Longest ? _pause * 2 : Longest;
    }

    /// <summary>It works: the next pause is short again.</summary>
    public void Worked()
    {
        _pause = TimeSpan.Zero;
    }
}
