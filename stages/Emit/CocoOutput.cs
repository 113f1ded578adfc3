using Streaming.Config.Settings;

namespace Streaming.Stages.Emit;

/// <summary>Results as COCO's evaluation reads them.</summary>
internal sealed class CocoOutput : NamedOutput
{
    private const string UsualName = "{source}.coco.json";

    /// <inheritdoc/>
    public override string Key => "coco";

    /// <inheritdoc/>
    public override Setting<string?> Name { get; } = new("output.coco", SettingTypes.Template(UsualName))
    {
        Flags = [SettingFlag.Yes("--coco") with { Help = "Also writes COCO results." }],
        Usual = null,
        Help = $"Name of the COCO results; true is {UsualName}.",
    };

    private protected override IFrameSink OpenFile(string path, OutputContext context)
    {
        OutputPlace.WithFolders(path);
        return new CocoSink(context.IsReopened ? OutputPlace.Free(path, CocoSink.Partial) : path, context.IsSegmented);
    }
}
