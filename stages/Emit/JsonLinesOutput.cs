using Streaming.Config.Run;
using Streaming.Config.Settings;

namespace Streaming.Stages.Emit;

/// <summary>JSON lines, the record of a run: docs/jsonl.md.</summary>
internal sealed class JsonLinesOutput : NamedOutput
{
    private const string UsualName = "{source}.jsonl";

    /// <summary>Fields that differ in each run.</summary>
    private static readonly string[] Varying = ["{run}", "{date}", "{time}"];

    /// <inheritdoc/>
    public override string Key => "jsonl";

    /// <inheritdoc/>
    public override Setting<string?> Name { get; } = new("output.jsonl", SettingTypes.Template(UsualName))
    {
        Usual = UsualName,
        Help = "Name of the JSON lines, with {source}, {date}, {time} or {run} in it; false writes none.",
    };

    /// <inheritdoc/>
    public override bool IsRecord => true;

    /// <inheritdoc/>
    public override IEnumerable<string> Errors(SettingValues values, int sources)
    {
        var isResumed = values.Get(OutputSettings.Existing) == ExistingOutput.Resume;
        return isResumed && Varying.FirstOrDefault(values.Get(Name)!.Contains) is { } field
            ? [.. base.Errors(values, sources), $"{values.Full(Name)}: with {field} in it an earlier run's file cannot be found."]
            : base.Errors(values, sources);
    }

    /// <inheritdoc/>
    public override IFrameSink Open(OutputContext context)
    {
        var path = OutputPlace.WithFolders(PathOf(context.Place, context.Source.Id));
        return new JsonLinesSink(
            path, context.Place.Run, context.Source, context.Earlier, context is { IsLive: true, Earlier: not null },
            context.IsReopened, wanted: context.Wanted);
    }
}
