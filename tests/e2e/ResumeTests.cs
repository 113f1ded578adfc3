using System.Text.Json;
using System.Text.Json.Nodes;
using OpenCvSharp;
using Streaming.Model.Structures;
using Streaming.Stages.Emit;

namespace Streaming.EndToEnd.Tests;

/// <summary>A batch job that is killed (SIGKILL: nothing can be tidied up) and goes on.</summary>
public sealed class ResumeTests : IDisposable
{
    private const int FrameCount = 90;
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Theory]
    [InlineData(5)]
    [InlineData(50, Traits = ["Category", "Slow"])]
    public async Task Resume_AfterKillsAtRandomMoments_EndsWithWhatAnUninterruptedRunWrites(int kills)
    {
        var clip = TestVideos.Write(_folder.File("clip.mp4"), FrameCount, new ImageSize(120, 160));
        var whole = _folder.File("whole");
        var started = TimeProvider.System.GetTimestamp();
        var (code, error) = await CommandLine.RunProcessAsync([], Arguments(clip, whole));
        var duration = TimeProvider.System.GetElapsedTime(started);
        Assert.True(code == 0, error);
        var expected = Comparable(whole);
        Assert.Equal(FrameCount + 2, expected.Length);

        var random = new Random(kills);
        for (var killed = 0; killed < kills;)
        {
            var output = _folder.File($"out{killed}");
            for (var isComplete = false; !isComplete;)
            {
                using var process = CommandLine.Start([], [.. Arguments(clip, output), "--resume"]);
                var log = process.StandardError.ReadToEndAsync();
                // Most of a short job is its start, where little can break: rather kill it later.
                var moment = duration * Math.Sqrt(random.NextDouble());
                isComplete = killed >= kills ? process.WaitForExit(TimeSpan.FromMinutes(2)) : process.WaitForExit(moment);
                if (!isComplete)
                {
                    process.Kill();
                    await process.WaitForExitAsync();
                    killed++;
                    CheckWhatIsLeft(output);
                }
                else
                {
                    await process.WaitForExitAsync();
                    Assert.True(process.ExitCode == 0, await log);
                }
            }

            Assert.Equal(expected, Comparable(output));
            Assert.Equal(File.ReadAllText(Path.Combine(whole, "clip.coco.json")), File.ReadAllText(
                Path.Combine(output, "clip.coco.json")));
            Assert.Equal(FrameCount, CountFrames(Path.Combine(output, "clip-annotated.mp4")));
        }
    }

    [Theory]
    [InlineData(
        "the earlier run had another configuration, this one has -c {0} with --set MODEL.RPN.NMS_THRESH=0.6;",
        "--set",
        "MODEL.RPN.NMS_THRESH=0.6")]
    [InlineData(
        "the earlier run had another configuration, this one has -c {0} with --set MODEL.ROI_HEADS.SCORE_THRESH_TEST=0.9;",
        "--set",
        "MODEL.ROI_HEADS.SCORE_THRESH_TEST=0.9")]
    [InlineData("the earlier run had exact false, this one has --exact;", "--exact")]
    [InlineData("the earlier run had winograd false, this one has --winograd;", "--winograd")]
    [InlineData("the earlier run had precision fp32, this one has --precision bf16;", "--precision", "bf16")]
    [InlineData("the earlier run had stride 1, this one has --stride 2;", "--stride", "2")]
    [InlineData("the earlier run had start_s 0, this one has --start 0.04;", "--start", "0.04")]
    [InlineData("the earlier run had no end_s, this one has --end 0.08;", "--end", "0.08")]
    [InlineData("the earlier run had max_fps 1000, this one has --max-fps 1;", "--max-fps", "1")]
    public async Task Resume_OfAFinishedJobWithAnotherSetting_IsWrongUseAndNamesIt(string expected, params string[] flags)
    {
        var clip = TestVideos.Write(_folder.File("clip.mp4"), 3, new ImageSize(64, 80));
        string[] arguments =
        [
            "run", clip, "-c", Golden.File("tiny.yaml"), "-w", Golden.File("tiny.pkl"), "-o", _folder.File("out"),
        ];
        Assert.Equal(0, (await CommandLine.RunAsync([.. arguments, "--max-fps", "1000"])).Code);
        var lines = await File.ReadAllTextAsync(_folder.File("out/clip.jsonl"));
        string[] same = flags.Contains("--max-fps") ? [] : ["--max-fps", "1000"];
        var (code, _, error) = await CommandLine.RunAsync([.. arguments, "--resume", .. same, .. flags]);
        Assert.Equal((2, true), (code, error.Contains(
            $"clip.jsonl: cannot be resumed: {expected.Replace("{0}", Golden.File("tiny.yaml"), StringComparison.Ordinal)}",
            StringComparison.Ordinal)));
        Assert.Equal(lines, await File.ReadAllTextAsync(_folder.File("out/clip.jsonl")));
    }

    [Fact]
    public async Task Resume_WithAnotherCheckpointOfTheSameName_IsWrongUse()
    {
        var clip = TestVideos.Write(_folder.File("clip.mp4"), 2, new ImageSize(64, 80));
        File.Copy(Golden.File("tiny.pkl"), _folder.File("w.pkl"));
        string[] arguments =
        [
            "run", clip, "-c", Golden.File("tiny.yaml"), "-w", _folder.File("w.pkl"), "-o", _folder.File("out"),
        ];
        Assert.Equal(0, (await CommandLine.RunAsync(arguments)).Code);
        File.Copy(Golden.File("tiny_p4.pkl"), _folder.File("w.pkl"), overwrite: true);
        var (code, _, error) = await CommandLine.RunAsync([.. arguments, "--resume"]);
        Assert.Equal((2, true), (code, error.Contains(
            "the earlier run had another checkpoint, this one has -w ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Resume_WithTheSameThingsUnderOtherNames_GoesOn()
    {
        var clip = TestVideos.Write(_folder.File("clip.mp4"), 3, new ImageSize(64, 80));
        Assert.Equal(0, (await CommandLine.RunAsync(Arguments(clip, _folder.File("out")))).Code);
        File.Copy(Golden.File("tiny.pkl"), _folder.File("renamed.pkl"));
        File.Copy(Golden.File("tiny.yaml"), _folder.File("renamed.yaml"));
        var nearer = Path.GetRelativePath(Environment.CurrentDirectory, clip);
        var (code, _, error) = await CommandLine.RunAsync(
            "run", nearer, "-c", _folder.File("renamed.yaml"), "-w", _folder.File("renamed.pkl"), "-o", _folder.File("out"),
            "--resume");
        Assert.Equal((0, true), (code, error.Contains("clip: complete already", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Resume_RecordOfAnOlderVersion_IsNotRefusedForWhatItLacks()
    {
        var clip = TestVideos.Write(_folder.File("clip.mp4"), 3, new ImageSize(64, 80));
        Assert.Equal(0, (await CommandLine.RunAsync(Arguments(clip, _folder.File("out")))).Code);
        var expected = Comparable(_folder.File("out"));
        var lines = await File.ReadAllLinesAsync(_folder.File("out/clip.jsonl"));
        var header = JsonNode.Parse(lines[0])!.AsObject();
        Assert.True(header.Remove("settings") && header["model"]!.AsObject().Remove("config_sha256"));
        await File.WriteAllLinesAsync(_folder.File("out/clip.jsonl"), [header.ToJsonString(), lines[1]]);
        var (code, _, error) = await CommandLine.RunAsync([.. Arguments(clip, _folder.File("out")), "--resume"]);
        Assert.True(code == 0, error);
        Assert.Equal(expected[1..], Comparable(_folder.File("out"))[1..]);
    }

    [Theory]
    [InlineData("{\"type\":\"frame\"}\n")]
    [InlineData("a text\n")]
    public async Task Resume_DamagedRecordOfOneSource_IsSetAsideAndTheOthersGoOn(string content)
    {
        var clip = TestVideos.Write(_folder.File("clip.mp4"), 3, new ImageSize(64, 80));
        var other = TestVideos.Write(_folder.File("other.mp4"), 2, new ImageSize(64, 80));
        string[] model = ["-c", Golden.File("tiny.yaml"), "-w", Golden.File("tiny.pkl")];
        string[] arguments = ["run", clip, other, .. model, "-o", _folder.File("out"), "--resume"];
        _folder.File("out/clip.jsonl", content);
        _folder.File("out/clip.damaged-1.jsonl", "of an earlier time");
        var (code, _, error) = await CommandLine.RunAsync(arguments);
        Assert.True(code == 0, error);
        Assert.Contains(
            "clip.jsonl: cannot be resumed: it holds something else than frames/1 lines.", error, StringComparison.Ordinal);
        Assert.Contains("clip.damaged-2.jsonl, and clip starts anew", error, StringComparison.Ordinal);
        Assert.Equal(content, await File.ReadAllTextAsync(_folder.File("out/clip.damaged-2.jsonl")));
        Assert.Equal(
            (5, 4),
            (File.ReadLines(_folder.File("out/clip.jsonl")).Count(), File.ReadLines(_folder.File("out/other.jsonl")).Count()));
    }

    [Fact]
    public async Task Resume_DamagedDetections_StartsAnew()
    {
        var clip = TestVideos.Write(_folder.File("clip.mp4"), 6, new ImageSize(120, 160));
        string[] arguments = [.. Arguments(clip, _folder.File("out")), "--set", "MODEL.ROI_HEADS.SCORE_THRESH_TEST=0.001"];
        var lines = _folder.File("out/clip.jsonl");
        Assert.Equal(0, (await CommandLine.RunAsync(arguments)).Code);
        var expected = Comparable(_folder.File("out"));
        var text = (await File.ReadAllLinesAsync(lines))[..^1];
        await File.WriteAllLinesAsync(
            lines, text.Select(line => line.Replace("\"counts\":\"", "\"counts\":\"zz", StringComparison.Ordinal)));
        var (code, _, error) = await CommandLine.RunAsync([.. arguments, "--resume"]);
        Assert.True(code == 0, error);
        Assert.Equal(expected, Comparable(_folder.File("out")));
    }

    private static string[] Arguments(string clip, string output)
    {
        string[] model = ["--config", Golden.File("tiny.yaml"), "--weights", Golden.File("tiny.pkl")];
        return ["run", clip, .. model, "--output", output, "--video", "--coco"];
    }

    /// <summary>Whole lines, but for the last one; and a video that can be played if anything of it is there.</summary>
    private static void CheckWhatIsLeft(string output)
    {
        var lines = Path.Combine(output, "clip.jsonl");
        if (!File.Exists(lines))
        {
            return;
        }

        var text = File.ReadAllText(lines);
        string[] whole = text.Split('\n')[..^1];
        Assert.All(whole, line => JsonDocument.Parse(line).Dispose());
        Assert.Equal("", text[(text.LastIndexOf('\n') + 1)..]);
        var video = Path.Combine(output, "clip-annotated.mp4");
        if (H264Encoder.Name is not null && File.Exists(video) && new FileInfo(video).Length > 100_000)
        {
            Assert.InRange(CountFrames(video), 1, FrameCount);
        }
    }

    private static int CountFrames(string path)
    {
        using var video = new VideoCapture(path, VideoCaptureAPIs.FFMPEG);
        using var picture = new Mat();
        var frames = 0;
        while (video.Read(picture) && !picture.Empty())
        {
            frames++;
        }

        return frames;
    }

    /// <summary>The lines without what each run has of its own.</summary>
    private static string[] Comparable(string output)
    {
        return [.. File.ReadAllLines(Path.Combine(output, "clip.jsonl")).Select(line =>
        {
            var json = JsonNode.Parse(line)!.AsObject();
            foreach (var varying in new[] { "run_id", "started_at", "capture_time", "timing_ms" })
            {
                json.Remove(varying);
            }

            return json.ToJsonString();
        })];
    }
}
