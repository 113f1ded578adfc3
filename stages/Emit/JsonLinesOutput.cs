using Streaming.Config.Run;
using Streaming.Config.Settings;
using Streaming.Stages.Emit.Segments;

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
    public override IEnumerable<string> Errors(SettingValues values, IReadOnlyList<SourceConfig> sources)
    {
        // Segments are found by their times.
        var isResumed = values.Get(OutputSettings.Existing) == ExistingOutput.Resume
            && (!SegmentSection.From(values).IsOn || sources.Any(source => source.WhenFull == FullMode.Wait));
        return isResumed && Varying.FirstOrDefault(values.Get(Name)!.Contains) is { } field
            ? [.. base.Errors(values, sources), $"{values.Full(Name)}: with {field} in it an earlier run's file cannot be found."]
            : base.Errors(values, sources);
    }

    private protected override SegmentFormat Format { get; } = new JsonLinesFormat();

    private protected override IFrameSink OpenFile(string path, OutputContext context)
    {
        return new JsonLinesSink(
            OutputPlace.WithFolders(path),
            context.Place.Run,
            context.Source,
            context.Earlier,
            isNewStream: context is { IsLive: true, Earlier: not null },
            isReopened: context.IsReopened,
            wanted: context.Wanted);
    }
}
