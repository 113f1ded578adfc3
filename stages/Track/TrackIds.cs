namespace Streaming.Stages.Track;

/// <summary>Numbers the tracks of one source from 1, over all its epochs.</summary>
internal sealed class TrackIds
{
    private long _last;

    /// <summary>The next number.</summary>
    public long Next()
    {
        return ++_last;
    }
}
