using System.Text.Json;
using Streaming.Config.Run;
using Streaming.Config.Settings;
using Streaming.Stages.Hooks;

namespace Streaming.Stages.Emit.Snapshots;

/// <summary>Pictures of events: docs/clips.md.</summary>
internal sealed class SnapshotsOutput : OutputKind
{
    private static readonly string[] AllPictures = [.. Enum.GetValues<SnapshotPicture>().Select(NameOf)];

    private static readonly Setting<bool> IsOn = new("output.snapshots", SettingTypes.Switch)
    {
        Flags = [SettingFlag.Yes("--snapshots")],
        Usual = false,
        Help = "Also writes a picture of each event's object (clips.md).",
    };

    private static readonly Setting<IReadOnlyList<string>> Pictures = new(
        "output.snapshot_pictures",
        SettingTypes.Texts("PICTURE", string.Join(", ", AllPictures), text => AllPictures.Contains(text)))
    {
        Usual = ["crop", "drawn"],
        Help = "Snapshots: which pictures of an event. crop is the object when it was seen best; drawn and plain are the whole "
            + "picture at the event, with the detections drawn in and without. The event names the first of these.",
    };

    /// <inheritdoc/>
    public override string Key => "snapshots";

    /// <inheritdoc/>
    public override IReadOnlyList<Setting> Settings => [IsOn, Pictures];

    /// <inheritdoc/>
    public override bool NeedsPixels => true;

    /// <summary>What the pictures of a source are called.</summary>
    public static EventFileNames NamesOf(string sourceId, bool isLive)
    {
        return new EventFileNames("snapshots", sourceId, isLive, ".jpg");
    }

    /// <summary>The path of a further picture.</summary>
    public static string With(string path, SnapshotPicture picture)
    {
        return $"{Path.ChangeExtension(path, null)}-{NameOf(picture)}{Path.GetExtension(path)}";
    }

    /// <inheritdoc/>
    public override bool IsWanted(SettingValues values)
    {
        return values.Get(IsOn);
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Paths(OutputPlace place, string sourceId)
    {
        return [Path.Combine(place.Folder, NamesOf(sourceId, isLive: false).Folder)];
    }

    /// <inheritdoc/>
    public override IEnumerable<IResultHook> Hooks(SettingValues values, SourceConfig source)
    {
        return [new SnapshotNames(NamesOf(source.Id, source.WhenFull != FullMode.Wait))];
    }

    /// <inheritdoc/>
    public override IFrameSink Open(OutputContext context)
    {
        var names = NamesOf(context.Source.Id, context.IsLive);
        context.Kept.Open(Path.Combine(context.Place.Folder, names.Folder), ".jpg");
        var wanted = context.Place.Values.Get(Pictures);
        var pictures = Enum.GetValues<SnapshotPicture>().Where(picture => wanted.Contains(NameOf(picture)));
        return new SnapshotSink([.. pictures], context);
    }

    private static string NameOf(SnapshotPicture picture)
    {
        return JsonNamingPolicy.SnakeCaseLower.ConvertName(picture.ToString());
    }
}
