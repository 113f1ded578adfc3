using Streaming.Config.Run;
using Streaming.Config.Settings;
using Streaming.Stages.Frames;
using Streaming.Stages.Gst;
using Streaming.Stages.Packets;

namespace Streaming.Stages.Emit.Clips;

/// <summary>Clips of events: docs/clips.md.</summary>
internal sealed class ClipsOutput : OutputKind
{
    /// <summary>Those that begin something.</summary>
    private static readonly string[] UsualEvents = ["object_appeared", "zone_entered", "loitering", "line_crossed"];

    private static readonly string[] AllEvents =
    [
        .. Enum.GetValues<ObjectEventKind>()
            .Where(kind => kind is not (ObjectEventKind.SourceLost or ObjectEventKind.SourceBack or ObjectEventKind.ClipSaved))
            .Select(ObjectEventJson.NameOf),
    ];

    private static readonly Setting<bool> IsOn = new("output.clips", SettingTypes.Switch)
    {
        Flags = [SettingFlag.Yes("--clips")],
        Usual = false,
        Help = "Also writes a clip around each event, as the camera sent it (clips.md).",
    };

    private static readonly Setting<TimeSpan> Before = new("output.clip_before_s", SettingTypes.Seconds(0, 60))
    {
        Usual = TimeSpan.FromSeconds(5),
        Help = "Clips: seconds before the event, at least; a clip begins with a key frame.",
    };

    private static readonly Setting<TimeSpan> After = new("output.clip_after_s", SettingTypes.Seconds(0, 600))
    {
        Usual = TimeSpan.FromSeconds(5),
        Help = "Clips: seconds after the last event.",
    };

    private static readonly Setting<TimeSpan> Max = new("output.clip_max_s", SettingTypes.Seconds(1, 3600))
    {
        Usual = TimeSpan.FromSeconds(60),
        Help = "Clips: most seconds; an event that does not fit gets another clip.",
    };

    private static readonly Setting<IReadOnlyList<string>> Events = new(
        "output.clip_events", SettingTypes.Texts("EVENT", string.Join(", ", AllEvents), text => AllEvents.Contains(text)))
    {
        Usual = UsualEvents,
        Help = "Clips: the kinds of events that are shown.",
    };

    /// <inheritdoc/>
    public override string Key => "clips";

    /// <inheritdoc/>
    public override IReadOnlyList<Setting> Settings => [IsOn, Before, After, Max, Events];

    /// <inheritdoc/>
    public override bool NeedsPixels => true;

    /// <summary>What the clips of a source are called.</summary>
    public static EventFileNames NamesOf(string sourceId, bool isLive)
    {
        return new EventFileNames("clips", sourceId, isLive, ".mp4");
    }

    /// <inheritdoc/>
    public override bool IsWanted(SettingValues values)
    {
        return values.Get(IsOn);
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Errors(SettingValues values, IReadOnlyList<SourceConfig> sources)
    {
        var (before, after, max) = (values.Get(Before), values.Get(After), values.Get(Max));
        return max >= before + after ? [] :
        [
            $"{values.Full(Max)}: is shorter than {Before.Key} and {After.Key} together, "
                + $"{(before + after).TotalSeconds:0.###} s: no event would fit.",
        ];
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Paths(OutputPlace place, string sourceId)
    {
        return [Path.Combine(place.Folder, NamesOf(sourceId, isLive: false).Folder)];
    }

    /// <inheritdoc/>
    public override TimeSpan? KeptPackets(SettingValues values)
    {
        return Rules(values).Kept;
    }

    /// <inheritdoc/>
    public override IFrameSink Open(OutputContext context)
    {
        var names = NamesOf(context.Source.Id, context.IsLive);
        context.Kept.Open(Path.Combine(context.Place.Folder, names.Folder), ".mp4");
        var (rules, source) = (Rules(context.Place.Values), context.Source);
        if (source.FrameRate is null && !context.IsLive)
        {
            // Pictures have no time.
            return new ClipSink(rules with { Kinds = new HashSet<ObjectEventKind>() }, context, new PacketRing(default), null);
        }

        if (context is { Packets: { } packets, MustReencode: false } && GstPacketReader.CodecOf(source.Codec) is not null)
        {
            return new ClipSink(rules, context, packets, null);
        }

        var ring = new PacketRing(rules.Kept);
        return new ClipSink(rules, context, ring, CreateFeed(context, ring));
    }

    private static IPacketFeed CreateFeed(OutputContext context, PacketRing ring)
    {
        // Who does not trust files wants no demuxer in this process either.
        var mayRead = context is { IsLive: false, MustReencode: false, Source.Range: not null }
            && context.Wanted.Isolation != Config.Run.Isolation.Process && GStreamer.Version is not null;
        if (!mayRead || FilePackets.CodecOf(context.Source.Codec) is not { } codec)
        {
            return new FrameEncoder(context.Source, ring, context.IsLive, context.Logger);
        }

        try
        {
            return new FilePackets(context.Source.Location, codec, ring.Connect());
        }
        catch (InvalidOperationException exception)
        {
            throw new EmitException(
                $"{context.Source.Location}: clips need more of GStreamer ({exception.Message}): {GStreamer.Advice}", exception);
        }
    }

    private static ClipRules Rules(SettingValues values)
    {
        var kinds = values.Get(Events);
        return new ClipRules(
            values.Get(Before),
            values.Get(After),
            values.Get(Max),
            Enum.GetValues<ObjectEventKind>().Where(kind => kinds.Contains(ObjectEventJson.NameOf(kind))).ToHashSet());
    }
}
