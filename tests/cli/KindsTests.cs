using Streaming.Cli.Running;
using Streaming.Config.Run;
using Streaming.Config.Settings;
using Streaming.Stages.Emit;

namespace Streaming.Cli.Tests;

/// <summary>What must hold for the list of outputs, whatever kinds are in it.</summary>
public sealed class KindsTests
{
    private static readonly RunInfo Run = new("r", DateTimeOffset.UnixEpoch, "c", "w", null, "fp32", 0.5, true, []);

    [Fact]
    public void Outputs_List_HasOneRecordAtItsEnd()
    {
        Assert.Distinct(Kinds.Outputs.Select(kind => kind.Key));
        Assert.Equal(Kinds.Outputs[^1], Assert.Single(Kinds.Outputs, kind => kind.IsRecord));
        Assert.All(Kinds.Outputs, kind => Assert.Contains(
            kind.Replaces, (string?[])[null, .. Kinds.Outputs.Select(other => other.Key)]));
        Assert.All(
            Kinds.Outputs.SelectMany(kind => kind.Settings), setting => Assert.Equal(OutputSettings.Name, setting.Section));
    }

    [Fact]
    public void Wanted_NothingSaid_IsTheRecordAlone()
    {
        Assert.Equal(["jsonl"], RunOutputs.Wanted(SettingValues.None).Select(kind => kind.Key));
        Assert.Equal(["video", "jsonl"], RunOutputs.Wanted(Read("output: { video: true }")).Select(kind => kind.Key));
        Assert.Empty(RunOutputs.Wanted(Read("output: { jsonl: false }")));
        Assert.Equal(["stdout"], RunOutputs.Wanted(Read("output: { stdout: true }")).Select(kind => kind.Key));
    }

    [Theory]
    [InlineData(
        "jsonl: '../{source}.jsonl'",
        1,
        "output.jsonl: '../{source}.jsonl': a name stays inside the output folder: no '..', no '/' at the start.")]
    [InlineData(
        "jsonl: all.jsonl",
        2,
        "output.jsonl: 'all.jsonl': with several sources {source} must stand in the name, or they would write to one file.")]
    [InlineData(
        "jsonl: '{sauce}'",
        1,
        "output.jsonl: '{sauce}': '{sauce}' is not known; supported: {source}, {date}, {time}, {run}. Did you mean 'source'?")]
    [InlineData(
        "jsonl: '{run}.jsonl', existing: resume",
        1,
        "output.jsonl: '{run}.jsonl': with {run} in it an earlier run's file cannot be found.")]
    [InlineData("video: '{source}.avi'", 1, "output.video: '{source}.avi': supported: names that end in .mp4 or .mkv.")]
    [InlineData("coco: ''", 1, "output.coco: '': a file name is missing.")]
    public void Errors_OfAName_SayWhereAndWhat(string text, int sources, string expected)
    {
        var values = Read($"output: {{ {text} }}");
        var source = new SourceConfig { Id = "s", Input = "x", WhenFull = FullMode.Wait };
        SourceConfig[] all = [.. Enumerable.Repeat(source, sources)];
        Assert.Equal(
            $"run.yaml:2: {expected}", Assert.Single(RunOutputs.Wanted(values).SelectMany(kind => kind.Errors(values, all))));
    }

    [Theory]
    [InlineData("existing: resume, segment_s: 60", FullMode.DropOldest, 0)]
    [InlineData("existing: resume, segment_s: 60", FullMode.Wait, 1)]
    [InlineData("existing: resume", FullMode.DropOldest, 1)]
    public void Errors_TimesInTheNameOfTheRecord_AreForSegmentsWhenResuming(string text, FullMode mode, int errors)
    {
        var values = Read($"output: {{ jsonl: '{{source}}/{{date}}/{{time}}.jsonl', {text} }}");
        SourceConfig[] sources = [new SourceConfig { Id = "s", Input = "x", WhenFull = mode }];
        Assert.Equal(errors, RunOutputs.Wanted(values).SelectMany(kind => kind.Errors(values, sources)).Count());
    }

    [Fact]
    public void Paths_OfEveryKind_AreInTheFolder()
    {
        var values = Read("output: { folder: out, video: true, coco: true }");
        var place = new OutputPlace(values, Run);
        var paths = RunOutputs.Wanted(values).SelectMany(kind => kind.Paths(place, "cam/1"));
        Assert.Equal(
            ["out/cam_1-annotated.mp4", "out/cam_1-annotated", "out/cam_1.coco.json", "out/cam_1.jsonl"],
            paths.Select(path => path.Replace('\\', '/')));
    }

    private static SettingValues Read(string text)
    {
        var request = new RunFile(Kinds.Settings, _ => null).Parse($"sources: [{{ input: x }}]\n{text}", "run.yaml");
        Assert.Empty(request.Errors);
        return request.Values;
    }
}
