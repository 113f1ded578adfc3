namespace Streaming.Config.Run;

/// <summary>How an RTSP camera sends its packets.</summary>
public enum Transport
{
    /// <summary>In the connection of the commands: nothing is lost, and firewalls let it through.</summary>
    Tcp,

    /// <summary>As datagrams.</summary>
    Udp,
}

/// <summary>A source as a user describes it.</summary>
public sealed record SourceConfig
{
    /// <summary>The value of <see cref="Trust"/> with which every certificate is good: encrypted, but with whom is not known.</summary>
    public const string TrustAny = "any";

    /// <summary>Its name, unique in a run; outputs and metrics are named after it.</summary>
    public required string Id { get; init; }

    /// <summary>
    /// A video file, a picture, a folder of pictures, an address (rtsp://…), a camera of this machine (usb:0, /dev/video0), or
    /// moving shapes (synthetic:1280x720@30). An address may hold user and password.
    /// </summary>
    public required string Input { get; init; }

    /// <summary>For addresses; null when the address itself holds it, or none is needed.</summary>
    public string? User { get; init; }

    /// <summary>For addresses.</summary>
    public string? Password { get; init; }

    /// <summary>What happens to frames that come too fast; null: files wait, live sources drop the oldest.</summary>
    public FullMode? WhenFull { get; init; }

    /// <summary>Most frames a second that are processed; null for all.</summary>
    public double? MaxFps { get; init; }

    /// <summary>Files: the first frame that is processed is the first one not before this time.</summary>
    public TimeSpan Start { get; init; }

    /// <summary>Files: frames from this time on are not processed; null for the file's end.</summary>
    public TimeSpan? End { get; init; }

    /// <summary>Files: every so manieth frame is processed.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>Larger pictures and frames are refused: a small file can stand for gigabytes.</summary>
    /// <value>In millions of pixels, above 0 up to 700; the default is 100.</value>
    public double MaxMegapixels { get; init; } = 100;

    /// <summary>RTSP.</summary>
    public Transport Transport { get; init; } = Transport.Tcp;

    /// <summary>
    /// rtsps and https: whom to trust beside the authorities that this machine knows. A PEM file with the camera's own certificate or
    /// its authority's, or <see cref="TrustAny"/>; null for nobody else.
    /// </summary>
    public string? Trust { get; init; }

    /// <summary>Most time from opening to the first frame.</summary>
    public TimeSpan OpenTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Most time from one frame to the next.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The name alone: the other values may hold a password.</summary>
    public override string ToString()
    {
        return Id;
    }
}
