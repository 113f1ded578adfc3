namespace Streaming.Server.Live;

/// <summary>How all sources are, as text; made once a second however many viewers ask.</summary>
/// <param name="make">Makes it.</param>
/// <param name="time">The clock.</param>
internal sealed class StatusText(Func<byte[]> make, TimeProvider time)
{
    private readonly Lock _gate = new();
    private byte[] _text = [];
    private long? _madeAt;

    /// <summary>The text, at most a second old.</summary>
    public byte[] Get()
    {
        lock (_gate)
        {
            // A little early, or viewers that ask each second would see every second one.
            if (_madeAt is not { } last || time.GetElapsedTime(last).TotalSeconds >= 0.9)
            {
                (_text, _madeAt) = (make(), time.GetTimestamp());
            }

            return _text;
        }
    }
}
