using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Streaming.Cli.Running;
using Streaming.Config;
using Streaming.Config.Run;
using Streaming.Pipeline;
using Streaming.Server.Control;
using Streaming.Stages.Decode;
using Streaming.Stages.Frames;

namespace Streaming.Cli.Tests.Running;

/// <summary>A run that is changed through its run file while it runs.</summary>
public sealed class RunFileControlTests
{
    private static readonly string[] Two =
    [
        "sources:", "  # the door", "  - { id: a, input: usb:1, password: s3cr3t } # first", "  - { id: b, input: usb:2 }",
    ];

    [Fact]
    public async Task Add_NewSource_StandsInTheFileAndRuns()
    {
        await using var run = new ControlledRun(Two);
        var before = run.SourcesText;
        Assert.Equal("c", await run.Control.AddAsync(Settings("""{"id":"c","input":"usb:3","max_fps":2}"""), default));
        Assert.Equal(before + "  - { id: c, input: \"usb:3\", max_fps: 2 }\n", run.SourcesText);
        Assert.Equal(["a", "b", "c"], run.Running);
        Assert.Equal("usb-4", await run.Control.AddAsync(Settings("""{"input":"usb:4"}"""), default));
        Assert.Equal(3 + 1, run.Loops.Count);
    }

    [Fact]
    public async Task Add_WhatIsWrong_NamesEverythingAndChangesNothing()
    {
        await using var run = new ControlledRun(Two);
        var before = run.Text;
        var taken = await Assert.ThrowsAsync<ControlException>(
            () => run.Control.AddAsync(Settings("""{"id":"a","input":"usb:9"}"""), default));
        Assert.Equal(
            (ControlFailure.Conflict, "a: there is a source of that name already; choose another one."),
            (taken.Reason, taken.Message));
        var wrong = await Assert.ThrowsAsync<ConfigurationException>(
            () => run.Control.AddAsync(Settings("""{"id":"x/y","input":"usb:3","strides":1,"max_fps":-1}"""), default));
        Assert.Equal(3, wrong.Errors.Count);
        Assert.Contains(wrong.Errors, error => error.Contains("Did you mean 'stride'?", StringComparison.Ordinal));
        await Assert.ThrowsAsync<ConfigurationException>(
            () => run.Control.AddAsync(Settings("""{"id":"x","input":"nothing.mp4"}"""), default));
        Assert.Equal(before, run.Text);
        Assert.Equal(["a", "b"], run.Running);
    }

    [Fact]
    public async Task Change_ASource_RestartsItAlone()
    {
        await using var run = new ControlledRun(Two);
        var a = await run.Control.ReadAsync("a", default);
        Assert.Equal("********", (string?)a.Settings["password"]);
        var changed = await run.Control.ChangeAsync("a", Settings("""{"max_fps":3,"input":"usb:7"}"""), a.Version, default);
        Assert.Contains(
            "  # the door\n  - { id: a, input: \"usb:7\", password: s3cr3t, max_fps: 3 } # first\n",
            run.Text,
            StringComparison.Ordinal);
        Assert.Equal(["a", "b", "a"], run.Loops.Select(item => item.Source.Id));
        Assert.Equal((3, "s3cr3t"), (run.Loops.Last().Source.MaxFps, run.Loops.Last().Source.Password));

        // Another name, and the way back to no limit.
        var renamed = await run.Control.ChangeAsync("a", Settings("""{"id":"z","max_fps":null}"""), changed.Version, default);
        Assert.Equal(("z", false), (renamed.Id, renamed.Settings.ContainsKey("max_fps")));
        Assert.Equal(["b", "z"], run.Running);
    }

    [Fact]
    public async Task Change_OfAnEarlierVersion_IsAConflict()
    {
        await using var run = new ControlledRun(Two);
        var a = await run.Control.ReadAsync("a", default);
        var b = await run.Control.ReadAsync("b", default);
        var file = await run.Control.ReadAsync(default);
        await run.Control.ChangeAsync("a", Settings("""{"max_fps":3}"""), a.Version, default);
        await ConflictAsync(() => run.Control.ChangeAsync("a", Settings("""{"max_fps":4}"""), a.Version, default));
        await ConflictAsync(() => run.Control.ReplaceAsync(file.Text, file.Version, default));
        // Another source has not changed.
        b = await run.Control.ChangeAsync("b", Settings("""{"max_fps":4}"""), b.Version, default);

        // Somebody edits the file by hand; the run has not read it.
        run.Text = run.Text.Replace("max_fps: 4", "max_fps: 5", StringComparison.Ordinal);
        await ConflictAsync(() => run.Control.ChangeAsync("b", Settings("""{"max_fps":6}"""), b.Version, default));
        Assert.Contains("max_fps: 5", run.Text, StringComparison.Ordinal);
        b = await run.Control.ReadAsync("b", default);
        await run.Control.ChangeAsync("b", Settings("""{"stride":2}"""), b.Version, default);
        Assert.Equal((5, 2), (run.Loops.Last().Source.MaxFps, run.Loops.Last().Source.Stride));
    }

    [Fact]
    public async Task Change_ByManyAtOnce_LosesNone()
    {
        await using var run = new ControlledRun(Two);
        var conflicts = 0;
        async Task CountAsync()
        {
            while (true)
            {
                var source = await run.Control.ReadAsync("b", default);
                var patch = new JsonObject { ["stride"] = ((long?)source.Settings["stride"] ?? 1) + 1 };
                try
                {
                    await run.Control.ChangeAsync("b", patch, source.Version, default);
                    return;
                }
                catch (ControlException exception) when (exception.Reason == ControlFailure.Conflict)
                {
                    Interlocked.Increment(ref conflicts);
                }
            }
        }

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(CountAsync)));
        Assert.Equal(11, (long?)(await run.Control.ReadAsync("b", default)).Settings["stride"]);
        Assert.True(conflicts > 0, "nobody met anybody");
        Assert.Equal(11, run.Loops.Count(item => item.Source.Id == "b"));
        Assert.Single(run.Loops, item => item.Source.Id == "a");
    }

    [Fact]
    public async Task Remove_ASource_TakesItsCommentsAndItsLock()
    {
        await using var run = new ControlledRun(Two);
        await run.Control.RemoveAsync("a", default);
        Assert.Equal("sources:\n  - { id: b, input: usb:2 }\n", run.SourcesText);
        Assert.Equal(["b"], run.Running);
        Assert.Equal(["a"], ((NoOutputs)run.Outputs).Gone);
        var gone = await Assert.ThrowsAsync<ControlException>(() => run.Control.RemoveAsync("a", default));
        Assert.Equal((ControlFailure.NotFound, "a: there is no such source."), (gone.Reason, gone.Message));
    }

    [Fact]
    public async Task Pause_AllSources_StopsThemAndTheRunGoesOn()
    {
        await using var run = new ControlledRun(Two);
        var before = run.Text;
        await run.Control.PauseAsync("a", true, default);
        await run.Control.PauseAsync("b", true, default);
        Assert.Contains("  - { id: b, input: usb:2, paused: true }\n", run.Text, StringComparison.Ordinal);
        Assert.Empty(run.Running);
        Assert.Equal(
            [("a", "paused", "usb:1"), ("b", "paused", "usb:2")],
            run.Health.Sources().Select(source => (source.Id, source.State, source.Location)));
        Assert.False(run.HasEnded);
        await run.Control.PauseAsync("a", false, default);
        await run.Control.PauseAsync("b", false, default);
        Assert.Equal(before, run.Text);
        Assert.Equal(["a", "b"], run.Running);
    }

    [Fact]
    public async Task Start_WithAPausedSource_LeavesItAlone()
    {
        await using var run = new ControlledRun(
            "sources:", "  - { id: a, input: usb:1, paused: true }", "  - { id: b, input: usb:2 }");
        Assert.Equal(["b"], run.Running);
        await run.Control.PauseAsync("a", false, default);
        Assert.Equal(["a", "b"], run.Running);
    }

    [Fact]
    public async Task Replace_TheFile_IsCheckedAsAWholeAndSaysWhatItDid()
    {
        await using var run = new ControlledRun(Two);
        var file = await run.Control.ReadAsync(default);
        Assert.DoesNotContain("s3cr3t", file.Text, StringComparison.Ordinal);
        var before = run.Text;
        var wrong = await Assert.ThrowsAsync<ConfigurationException>(
            () => run.Control.ReplaceAsync(file.Text + "sauces: 1\nverbose: 2\n", file.Version, default));
        Assert.Equal(2, wrong.Errors.Count);
        Assert.Equal(before, run.Text);

        var text = file.Text.Replace("  - { id: b, input: usb:2 }\n", "  - { id: c, input: usb:3 }\n", StringComparison.Ordinal)
            .Replace("password: \"********\"", "password: \"********\", max_fps: 2", StringComparison.Ordinal);
        var change = await run.Control.ReplaceAsync($"{text}stop_timeout_s: 3\n", file.Version, default);
        Assert.Equal(
            ["c", "a", "b", "stop_timeout_s"],
            [.. change.Added, .. change.Changed, .. change.Removed, .. change.NeedsRestart]);
        Assert.Equal(change.Version, (await run.Control.ReadAsync(default)).Version);
        Assert.Contains("password: s3cr3t, max_fps: 2 } # first", run.Text, StringComparison.Ordinal);
        Assert.Equal(["a", "c"], run.Running);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public async Task Write_KeepsModeAndLinkAndLeavesNothingBehind()
    {
        await using var run = new ControlledRun(Two);
        var real = Path.Combine(run.Folder, "real.yaml");
        File.Move(run.File, real);
        File.CreateSymbolicLink(run.File, "real.yaml");
        const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        File.SetUnixFileMode(real, Mode);
        await run.Control.RemoveAsync("a", default);
        Assert.Equal(
            ("real.yaml", Mode, 2),
            (new FileInfo(run.File).LinkTarget, File.GetUnixFileMode(real), Directory.GetFileSystemEntries(run.Folder).Length));
        Assert.DoesNotContain("id: a", await File.ReadAllTextAsync(real), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_ThatFails_ChangesNothing()
    {
        await using var run = new ControlledRun(Two);
        // Something stands where the new text would be written first.
        var number = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        Directory.CreateDirectory(Path.Combine(run.Folder, $".run.yaml.{number}.tmp", "x"));
        var before = run.Text;
        var refusal = await Assert.ThrowsAsync<ControlException>(() => run.Control.RemoveAsync("a", default));
        Assert.Equal(ControlFailure.File, refusal.Reason);
        Assert.Contains("run.yaml: cannot be written: ", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, run.Text);
        Assert.Equal(["a", "b"], run.Running);
    }

    [Fact]
    public async Task Add_OutputsThatAreThereAlready_IsAConflictAndGivesBackItsLock()
    {
        await using var run = new ControlledRun(Two);
        var before = run.Text;
        var outputs = (NoOutputs)run.Outputs;
        outputs.Refusal = new UsageException("c.jsonl: exists already.");
        var refusal = await Assert.ThrowsAsync<ControlException>(
            () => run.Control.AddAsync(Settings("""{"id":"c","input":"usb:3"}"""), default));
        Assert.Equal((ControlFailure.Conflict, "c.jsonl: exists already."), (refusal.Reason, refusal.Message));
        Assert.Equal(before, run.Text);
        Assert.Equal(["c"], outputs.Gone);
    }

    [Fact]
    public async Task Resume_AFailedSource_TriesItAlone()
    {
        var opened = new ConcurrentQueue<string>();
        await using var run = new ControlledRun(
            (_, source, _) => new SourceJob(
                source.Id,
                (_, _) =>
                {
                    opened.Enqueue(source.Id);
                    throw new DecodeException(DecodeError.MissingLibrary, "broken");
                },
                _ => [],
                FullMode.DropOldest),
            [.. Two, "  - { id: c, input: usb:3, paused: true }"]);
        await Task.WhenAll(run.Pipeline.Sources.Select(source => source.Completion));
        await run.Control.PauseAsync("a", false, default);
        await run.Pipeline.Sources.Single(source => source.Id == "a").Completion;
        Assert.Equal(["a", "a", "b"], opened.Order(StringComparer.Ordinal));
        // A reload tries all of them.
        await run.Control.ReloadAsync(() => run.Plan, default);
        await Task.WhenAll(run.Pipeline.Sources.Select(source => source.Completion));
        Assert.Equal(["a", "a", "a", "b", "b"], opened.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Apply_ThatFails_PutsTheFileBack()
    {
        await using var run = new ControlledRun(
            (run, source, _) => source.Id == "bad" ? throw new InvalidOperationException("not this one") : run.Loop(source), Two);
        var before = run.Text;
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => run.Control.AddAsync(Settings("""{"id":"bad","input":"usb:3"}"""), default));
        Assert.Equal(before, run.Text);
        Assert.Equal(["a", "b"], run.Running);
        Assert.Equal(["a", "b"], run.Sources.Wanted.Select(source => source.Id));
        Assert.Equal("c", await run.Control.AddAsync(Settings("""{"id":"c","input":"usb:3"}"""), default));
    }

    [Fact]
    public async Task Changes_WithoutARunFile_AreConflicts()
    {
        await using var run = new ControlledRun(Two);
        await using var control = new RunFileControl(
            null, _ => run.Plan, run.Reload, TimeProvider.System, NullLogger.Instance);
        var refusal = await Assert.ThrowsAsync<ControlException>(() => control.RemoveAsync("a", default));
        Assert.Equal(ControlFailure.NoFile, refusal.Reason);
        Assert.StartsWith("This run has no run file to change", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changes_OfAVideoOutOfAFolder_AreConflicts()
    {
        await using var run = new ControlledRun(Two);
        var videos = Directory.CreateDirectory(Path.Combine(run.Folder, "videos")).FullName;
        File.Copy(Golden.File("tiny.pkl"), Path.Combine(videos, "one.mp4"));
        File.Copy(Golden.File("tiny.pkl"), Path.Combine(videos, "two.mp4"));
        run.Text += "  - { id: v, input: videos, paused: true }\n";
        var refusal = await Assert.ThrowsAsync<ControlException>(() => run.Control.PauseAsync("v-one", false, default));
        Assert.Equal(ControlFailure.Conflict, refusal.Reason);
        Assert.Contains("v-one: is one of several videos of sources[2]", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changes_AfterTheEnd_SaySo()
    {
        await using var run = new ControlledRun(Two);
        await run.Control.DisposeAsync();
        var refusal = await Assert.ThrowsAsync<ControlException>(() => run.Control.RemoveAsync("a", default));
        Assert.Equal(ControlFailure.NotNow, refusal.Reason);
    }

    private static JsonObject Settings(string json)
    {
        return (JsonObject)JsonNode.Parse(json)!;
    }

    private static async Task ConflictAsync(Func<Task> change)
    {
        var refusal = await Assert.ThrowsAsync<ControlException>(change);
        Assert.Equal(ControlFailure.Conflict, refusal.Reason);
        Assert.EndsWith("was changed meanwhile; read it again and repeat the change.", refusal.Message, StringComparison.Ordinal);
    }
}
