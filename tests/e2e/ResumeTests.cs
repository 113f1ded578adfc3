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
            Assert.Equal(File.ReadAllText(Path.Combine(whole, "clip.coco.json")), File.ReadAllText(Path.Combine(output, "clip.coco.json")));
            Assert.Equal(FrameCount, CountFrames(Path.Combine(output, "clip-annotated.mp4")));
        }
    }

    [Fact]
    public async Task Resume_WithAnotherModel_IsRefused()
    {
        var clip = TestVideos.Write(_folder.File("clip.mp4"), 3, new ImageSize(64, 80));
        var output = _folder.File("out");
        Assert.Equal(0, (await CommandLine.RunAsync([.. Arguments(clip, output), "--max-fps", "1"])).Code);
        var lines = Path.Combine(output, "clip.jsonl");
        var text = await File.ReadAllLinesAsync(lines);
        await File.WriteAllLinesAsync(lines, text[..^1]);
        var (code, _, error) = await CommandLine.RunAsync([.. Arguments(clip, output), "--resume", "--set", "MODEL.ROI_HEADS.SCORE_THRESH_TEST=0.9"]);
        Assert.Equal(1, code);
        Assert.Contains("cannot be resumed: 'model' of its first line is another one than now", error, StringComparison.Ordinal);
        Assert.Equal(text[..^1], await File.ReadAllLinesAsync(lines));
    }

    [Theory]
    [InlineData("{\"type\":\"frame\"}\n")]
    [InlineData("a text\n")]
    public async Task Resume_FileOfSomethingElse_IsRefusedAndLeftAlone(string content)
    {
        var clip = TestVideos.Write(_folder.File("clip.mp4"), 3, new ImageSize(64, 80));
        Directory.CreateDirectory(_folder.File("out"));
        await File.WriteAllTextAsync(_folder.File("out/clip.jsonl"), content);
        var (code, _, error) = await CommandLine.RunAsync([.. Arguments(clip, _folder.File("out")), "--resume"]);
        Assert.Equal((1, true), (code, error.Contains("clip.jsonl: cannot be resumed: it holds something else than frames/1 lines.", StringComparison.Ordinal)));
        Assert.Equal(content, await File.ReadAllTextAsync(_folder.File("out/clip.jsonl")));
    }

    [Fact]
    public async Task Resume_DamagedDetections_IsRefused()
    {
        var clip = TestVideos.Write(_folder.File("clip.mp4"), 6, new ImageSize(120, 160));
        var lines = _folder.File("out/clip.jsonl");
        Assert.Equal(0, (await CommandLine.RunAsync([.. Arguments(clip, _folder.File("out")), "--set", "MODEL.ROI_HEADS.SCORE_THRESH_TEST=0.001"])).Code);
        var text = (await File.ReadAllLinesAsync(lines))[..^1];
        await File.WriteAllLinesAsync(lines, text.Select(line => line.Replace("\"counts\":\"", "\"counts\":\"zz", StringComparison.Ordinal)));
        var (code, _, error) = await CommandLine.RunAsync([.. Arguments(clip, _folder.File("out")), "--set", "MODEL.ROI_HEADS.SCORE_THRESH_TEST=0.001", "--resume"]);
        Assert.Equal((1, true), (code, error.Contains("it holds something else than frames/1 lines.", StringComparison.Ordinal)));
    }

    private static string[] Arguments(string clip, string output)
    {
        return ["run", clip, "--config", Golden.File("tiny.yaml"), "--weights", Golden.File("tiny.pkl"), "--output", output, "--video", "--coco"];
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
