using Streaming.Config.Run.Privacy;
using Streaming.Config.Run.Zones;
using Streaming.Config.Settings;

namespace Streaming.Config.Run;

/// <summary>The settings of <see cref="SourceConfig"/>.</summary>
internal static class SourceSettings
{
    private static readonly SettingType<TimeSpan> Timeout = SettingTypes.Seconds(0.1, 3600);

    /// <summary>See <see cref="SourceConfig.Input"/>.</summary>
    public static Setting<string> Input { get; } = new("sources.input", SettingTypes.PathOrText("INPUT"))
    {
        IsRequired = true,
        IsOwn = true,
        Help = "A video, a picture, a folder of either, an address (rtsp://…), usb:N, or synthetic:1280x720@30.",
    };

    /// <summary>See <see cref="SourceConfig.Id"/>.</summary>
    public static Setting<string> Id { get; } = new("sources.id", SettingTypes.Text("ID"))
    {
        IsOwn = true,
        Usual = "",
        DefaultText = "made of the input",
        Help = "Name of the source; outputs and metrics are named after it.",
    };

    /// <summary>See <see cref="SourceConfig.IsPaused"/>.</summary>
    public static Setting<bool> Paused { get; } = new("sources.paused", SettingTypes.Switch)
    {
        IsOwn = true,
        Usual = false,
        Help = "Leaves the source alone for now: it is not opened, and stopped if it runs when the file is read again.",
    };

    /// <summary>See <see cref="SourceConfig.User"/>.</summary>
    public static Setting<string> User { get; } = new("sources.user", SettingTypes.Text("NAME"))
    {
        Flags = [new SettingFlag("--user")],
        Help = "User name, for addresses.",
    };

    /// <summary>See <see cref="SourceConfig.Password"/>.</summary>
    public static Setting<string> Password { get; } = new("sources.password", SettingTypes.Text("PASSWORD"))
    {
        Variable = "STREAMING_PASSWORD",
        IsSecret = true,
        Help = "Password, for addresses; counts with a user. Better from the environment, ${NAME} in a file: it is shown "
            + "nowhere then.",
    };

    /// <summary>See <see cref="SourceConfig.WhenFull"/>.</summary>
    public static Setting<FullMode> WhenFull { get; } = new(
        "sources.when_full",
        SettingTypes.Choice(("wait", FullMode.Wait), ("drop_oldest", FullMode.DropOldest), ("drop_newest", FullMode.DropNewest)))
    {
        DefaultText = "files wait, live sources drop the oldest",
        Help = "What happens to frames that come too fast.",
    };

    /// <summary>See <see cref="SourceConfig.MaxFps"/>.</summary>
    public static Setting<double> MaxFps { get; } = new("sources.max_fps", SettingTypes.Number(0.001, 1000))
    {
        Flags = [new SettingFlag("--max-fps")],
        DefaultText = "all",
        Help = "Most frames of a source that are processed in a second.",
    };

    /// <summary>See <see cref="SourceConfig.Start"/>.</summary>
    public static Setting<TimeSpan> Start { get; } = new("sources.start_s", SettingTypes.Seconds())
    {
        Flags = [new SettingFlag("--start")],
        Usual = TimeSpan.Zero,
        Help = "Files: seconds at which to begin.",
    };

    /// <summary>See <see cref="SourceConfig.End"/>.</summary>
    public static Setting<TimeSpan> End { get; } = new("sources.end_s", SettingTypes.Seconds())
    {
        Flags = [new SettingFlag("--end")],
        DefaultText = "the file's end",
        Help = "Files: seconds at which to end.",
    };

    /// <summary>See <see cref="SourceConfig.Stride"/>.</summary>
    public static Setting<int> Stride { get; } = new("sources.stride", SettingTypes.Whole(1, 1_000_000))
    {
        Flags = [new SettingFlag("--stride")],
        Usual = 1,
        Help = "Files: processes one frame of this many and skips the others; 2 is every second frame.",
    };

    /// <summary>See <see cref="SourceConfig.Recursive"/>.</summary>
    public static Setting<bool> Recursive { get; } = new("sources.recursive", SettingTypes.Switch)
    {
        Flags = [new SettingFlag("--recursive")],
        Usual = false,
        Help = "Folders: also reads the folders inside, at any depth. Links to folders are not followed.",
    };

    /// <summary>See <see cref="SourceConfig.Transport"/>.</summary>
    public static Setting<Transport> Transport { get; } = new(
        "sources.transport", SettingTypes.Choice(("tcp", Run.Transport.Tcp), ("udp", Run.Transport.Udp)))
    {
        Flags = [new SettingFlag("--transport")],
        Usual = Run.Transport.Tcp,
        Help = "How RTSP cameras send their packets.",
    };

    /// <summary>See <see cref="SourceConfig.Trust"/>.</summary>
    public static Setting<string> Trust { get; } = new(
        "sources.trust", SettingTypes.PathName("FILE|any", text => text == SourceConfig.TrustAny))
    {
        Flags = [new SettingFlag("--trust")],
        DefaultText = "the authorities that this machine knows",
        Help = "rtsps and https: a PEM file with the camera's own certificate or its authority's; 'any' trusts everybody.",
    };

    /// <summary>See <see cref="SourceConfig.OpenTimeout"/>.</summary>
    public static Setting<TimeSpan> OpenTimeout { get; } = new("sources.open_timeout_s", Timeout)
    {
        Usual = TimeSpan.FromSeconds(10),
        Help = "Most seconds from opening to the first frame.",
    };

    /// <summary>See <see cref="SourceConfig.ReadTimeout"/>.</summary>
    public static Setting<TimeSpan> ReadTimeout { get; } = new("sources.read_timeout_s", Timeout)
    {
        Usual = TimeSpan.FromSeconds(10),
        Help = "Most seconds from one frame to the next.",
    };

    /// <summary>See <see cref="SourceConfig.MaxMegapixels"/>.</summary>
    public static Setting<double> MaxMegapixels { get; } = new("sources.max_megapixels", SettingTypes.Number(0.01, 700))
    {
        Usual = 100,
        Help = "Largest picture or frame that is decoded, in millions of pixels; a larger one is refused.",
    };

    /// <summary>See <see cref="SourceConfig.Isolation"/>.</summary>
    public static Setting<Isolation> Isolation { get; } = new(
        "sources.isolation", SettingTypes.Choice(("process", Run.Isolation.Process), ("none", Run.Isolation.None)))
    {
        Flags = [new SettingFlag("--isolation")],
        DefaultText = "cameras process, files none",
        Help = "Where a source is decoded: in a process of its own, whose crash costs this source a reconnect, or in the program "
            + "itself, which takes about 50 MB less.",
    };

    /// <summary>See <see cref="SourceConfig.Tracking"/>.</summary>
    public static Setting<TrackerKind> Track { get; } = new(
        "sources.track",
        SettingTypes.Choice(
            ("none", TrackerKind.None), ("bytetrack", TrackerKind.ByteTrack), ("ocsort", TrackerKind.OcSort),
            ("masks", TrackerKind.Masks)))
    {
        Flags = [new SettingFlag("--track") { UsualWord = "bytetrack" }],
        Usual = TrackerKind.None,
        Help = "Follows objects from frame to frame and gives them numbers: by boxes (bytetrack), by boxes and directions "
            + "(ocsort), or by boxes and masks (masks). The section tracking has their parameters.",
    };

    /// <summary>The section.</summary>
    public static SettingsSection Section { get; } = new(
        "sources",
        "What is processed: a list of sources.",
        [
            Input, Id, Paused, User, Password, WhenFull, MaxFps, Start, End, Stride, Recursive, Transport, Trust, OpenTimeout,
            ReadTimeout, MaxMegapixels, Isolation, Track, .. ZoneChecks.SourceFilter.All, RegionSettings.All, ZoneSettings.All,
            LineSettings.All, .. GateSettings.All, .. PrivacySettings.All,
        ])
    {
        Defaults = "defaults",
        DefaultsHelp = "Settings of all sources that do not say otherwise.",
    };
}
