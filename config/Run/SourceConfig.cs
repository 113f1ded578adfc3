using System.Text.Json.Serialization;
using Streaming.Config.Run.Privacy;
using Streaming.Config.Run.Zones;
using Streaming.Config.Settings;

namespace Streaming.Config.Run;

/// <summary>
/// A source as a user describes it. What a decoder process needs of it goes to it as JSON; the rest, which is about objects, is
/// left out.
/// </summary>
internal sealed record SourceConfig
{
    /// <summary>
    /// The value of <see cref="Trust"/> that accepts every certificate: encrypted, but with whom is not known.
    /// </summary>
    public const string TrustAny = "any";

    /// <summary>Its name, unique in a run; outputs and metrics are named after it.</summary>
    public required string Id { get; init; }

    /// <summary>
    /// A video file, a picture, a folder of pictures, an address (rtsp://…), a camera of this machine (usb:0, /dev/video0), or
    /// moving shapes (synthetic:1280x720@30). An address may hold user and password.
    /// </summary>
    public required string Input { get; init; }

    /// <summary>Whether it is left alone for now.</summary>
    [JsonIgnore]
    public bool IsPaused { get; init; }

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

    /// <summary>Files: one frame of this many is processed; 1 processes all.</summary>
    public int Stride { get; init; } = SourceSettings.Stride.Usual;

    /// <summary>Folders: whether the folders inside are read too.</summary>
    public bool Recursive { get; init; }

    /// <summary>Larger pictures and frames are refused: a small file can stand for gigabytes.</summary>
    /// <value>In millions of pixels, above 0 up to 700; the default is 100.</value>
    public double MaxMegapixels { get; init; } = SourceSettings.MaxMegapixels.Usual;

    /// <summary>Where it is decoded; null: cameras in processes of their own, files in the program.</summary>
    public Isolation? Isolation { get; init; }

    /// <summary>RTSP.</summary>
    public Transport Transport { get; init; } = SourceSettings.Transport.Usual;

    /// <summary>
    /// rtsps and https: whom to trust beside the authorities that this machine knows. A PEM file with the camera's own
    /// certificate or its authority's, or <see cref="TrustAny"/>; null for nobody else.
    /// </summary>
    public string? Trust { get; init; }

    /// <summary>Most time from opening to the first frame.</summary>
    public TimeSpan OpenTimeout { get; init; } = SourceSettings.OpenTimeout.Usual;

    /// <summary>Most time from one frame to the next.</summary>
    public TimeSpan ReadTimeout { get; init; } = SourceSettings.ReadTimeout.Usual;

    /// <summary>How its objects are followed; null for not at all.</summary>
    [JsonIgnore]
    public TrackingSection? Tracking { get; init; }
    /// <summary>Which objects are there at all.</summary>
    [JsonIgnore]
    public ObjectFilter Filter { get; init; } = ObjectFilter.All;

    /// <summary>Where objects are as if they were not there.</summary>
    [JsonIgnore]
    public ValueList<RegionConfig> Ignore { get; init; } = ValueList<RegionConfig>.Empty;

    /// <summary>Where objects are counted.</summary>
    [JsonIgnore]
    public ValueList<ZoneConfig> Zones { get; init; } = ValueList<ZoneConfig>.Empty;

    /// <summary>Where crossings are counted.</summary>
    [JsonIgnore]
    public ValueList<LineConfig> Lines { get; init; } = ValueList<LineConfig>.Empty;

    /// <summary>Which frames the network need not see.</summary>
    [JsonIgnore]
    public GateSection Gate { get; init; } = GateSection.Usual;

    /// <summary>What no picture shows.</summary>
    [JsonIgnore]
    public PrivacyConfig Privacy { get; init; } = PrivacyConfig.None;

    /// <summary>The source that a user described.</summary>
    /// <param name="values">What was said; the input among it.</param>
    /// <param name="run">What was said about the whole run.</param>
    public static SourceConfig From(SettingValues values, SettingValues run)
    {
        return new SourceConfig
        {
            Id = values.Get(SourceSettings.Id),
            Input = values.Find(SourceSettings.Input)!,
            IsPaused = values.Get(SourceSettings.Paused),
            User = values.Find(SourceSettings.User),
            Password = values.Find(SourceSettings.Password),
            WhenFull = values.FindValue(SourceSettings.WhenFull),
            MaxFps = values.FindValue(SourceSettings.MaxFps),
            Start = values.Get(SourceSettings.Start),
            End = values.FindValue(SourceSettings.End),
            Stride = values.Get(SourceSettings.Stride),
            Recursive = values.Get(SourceSettings.Recursive),
            Transport = values.Get(SourceSettings.Transport),
            Trust = values.Find(SourceSettings.Trust),
            OpenTimeout = values.Get(SourceSettings.OpenTimeout),
            ReadTimeout = values.Get(SourceSettings.ReadTimeout),
            MaxMegapixels = values.Get(SourceSettings.MaxMegapixels),
            Isolation = values.FindValue(SourceSettings.Isolation),
            Tracking = TrackingSection.From(run, values.Get(SourceSettings.Track)),
            Filter = ZoneChecks.SourceFilter.Read(values),
            Ignore = new ValueList<RegionConfig>(values.Items(RegionSettings.All).Select(RegionConfig.From)),
            Zones = new ValueList<ZoneConfig>(values.Items(ZoneSettings.All).Select(ZoneConfig.From)),
            Gate = GateSection.From(values),
            Privacy = PrivacyConfig.From(values),
            Lines = new ValueList<LineConfig>(values.Items(LineSettings.All).Select(LineConfig.From)),
        };
    }

    /// <summary>The name alone: the other values may hold a password.</summary>
    public override string ToString()
    {
        return Id;
    }
}
