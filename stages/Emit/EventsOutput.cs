using Streaming.Config.Settings;
using Streaming.Stages.Emit.Segments;

namespace Streaming.Stages.Emit;

/// <summary>What happens to objects and to the source, without the frames: docs/events.md.</summary>
internal sealed class EventsOutput : NamedOutput
{
    private const string UsualName = "{source}.events.jsonl";

    /// <inheritdoc/>
    public override string Key => "events";

    /// <inheritdoc/>
    public override Setting<string?> Name { get; } = new("output.events", SettingTypes.Template(UsualName))
    {
        Flags = [SettingFlag.Yes("--events") with { Help = "Also writes events: objects that come and go, zones, lines." }],
        Usual = null,
        Help = $"Name of the events, one JSON object a line ([events.md](events.md)); true is {UsualName}.",
    };

    private protected override SegmentFormat Format { get; } = new LinesFormat();

    private protected override bool HoldsSourceEvents => true;

    private protected override IFrameSink OpenFile(string path, OutputContext context)
    {
        // A camera's past cannot be gone on with: its file goes on with the events of another run.
        var isAdded = context.IsReopened || context is { IsLive: true, IsResumed: true };
        var runId = context.IsLive ? null : context.Earlier?.RunId;
        return new EventsSink(
            OutputPlace.WithFolders(path), runId ?? context.Place.Run.RunId, context.Source.Id, isAdded, context.LateEvents);
    }
}
