using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using NJsonSchema;
using OpenCvSharp;
using Streaming.Model.Structures;

namespace Streaming.EndToEnd.Tests;

/// <summary>`streaming run` from files to files, with the reduced model.</summary>
public sealed class RunTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static string Config => Golden.File("tiny.yaml");

    private static string Weights => Golden.File("tiny.pkl");

    private string Output => _folder.File("out");

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public async Task Run_Video_WritesALineForEachFrameThatFitsTheSchema()
    {
        var clip = TestVideos.Write(_folder.File("clip.mp4"), 12, new ImageSize(120, 160));
        var (code, _, error) = await CommandLine.RunAsync(
            "run", clip, "--config", Config, "--weights", Weights, "--output", Output, "--video");
        Assert.True(code == 0, error);
        Assert.Contains("12 frames in ", error, StringComparison.Ordinal);

        var lines = await File.ReadAllLinesAsync(Path.Combine(Output, "clip.jsonl"));
        var schema = await JsonSchema.FromFileAsync(Path.Combine(Golden.RepositoryRoot(), "docs", "frames-1.schema.json"));
        Assert.All(lines, line => Assert.Empty(schema.Validate(line)));
        Assert.Equal(14, lines.Length);
        var frames = lines[1..^1].Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(Enumerable.Range(0, 12), frames.Select(frame => frame.GetProperty("frame_index").GetInt32()));
        Assert.Equal(
            Enumerable.Range(0, 12).Select(i => i * 40_000_000L), frames.Select(frame => frame.GetProperty("pts_ns").GetInt64()));
        Assert.Equal(12, JsonDocument.Parse(lines[^1]).RootElement.GetProperty("frames_emitted").GetInt32());

        using var video = new VideoCapture(Path.Combine(Output, "clip-annotated.mp4"));
        Assert.Equal((12, 160, 120), (video.FrameCount, video.FrameWidth, video.FrameHeight));
    }

    [Theory]
    [InlineData("tiny.pkl")]
    [InlineData("tiny_p4.pkl")]
    [InlineData("tiny.pth")]
    public async Task Run_GoldenPicture_GivesDetectron2sNumbers(string weights)
    {
        var (code, _, error) = await CommandLine.RunAsync(
            "run", Golden.File("image_t.png"), "--config", Config, "--weights", Golden.File(weights), "--output", Output);
        Assert.True(code == 0, error);

        var golden = GoldenFile.Open("tiny_expected.safetensors");
        var detections = Detections(Path.Combine(Output, "image_t.jsonl")).Single();
        Assert.Equal(golden.Read<long>("t/outputs/0/classes"), detections.Select(d => d.GetProperty("category_id").GetInt64()));
        Close.Absolute(
            golden.Read<float>("t/outputs/0/scores"),
            detections.Select(d => d.GetProperty("score").GetSingle()).ToArray(),
            1e-4 + 1e-6,
            "scores");
        var boxes = MemoryMarshal.Cast<float, Box>(golden.Read<float>("t/outputs/0/boxes")).ToArray().SelectMany(
            box => new[] { box.X0, box.Y0, box.Width, box.Height });
        Close.Absolute(
            boxes.ToArray(),
            detections.SelectMany(d => d.GetProperty("bbox").EnumerateArray().Select(n => n.GetSingle())).ToArray(),
            5e-3 + 1e-3,
            "boxes");

        var masks = golden.Strings("t/outputs/0/rle_strings");
        for (var i = 0; i < masks.Length; i++)
        {
            var actual = Mask(detections[i]);
            var expected = Rle.Parse(masks[i], actual.Size);
            Assert.InRange(expected.Decode().Zip(actual.Decode()).Count(pixel => pixel.First != pixel.Second), 0, 4);
            Assert.Equal(actual.Area, detections[i].GetProperty("area").GetInt64());
        }
    }

    [Fact]
    public async Task Run_AnnotatedPicture_IsChangedWhereTheMasksAre()
    {
        var picture = TestVideos.WriteImage(_folder.File("photo.png"), new ImageSize(240, 320));
        var (code, _, error) = await CommandLine.RunAsync(
            "run", picture, "--config", Config, "--weights", Weights, "--output", Output, "--video", "--draw-threshold", "0.05");
        Assert.True(code == 0, error);
        using var before = Cv2.ImRead(picture);
        using var after = Cv2.ImRead(Path.Combine(Output, "photo-annotated", "photo.jpg"));
        using var difference = new Mat();
        Cv2.Absdiff(before, after, difference);
        var union = Rle.Union([.. Detections(Path.Combine(Output, "photo.jsonl")).Single().Select(Mask)]);
        using var mask = Mat.FromPixelData(240, 320, MatType.CV_8UC1, union.Decode());
        var inside = Cv2.Mean(difference, mask);
        Assert.True(inside.Val0 + inside.Val1 + inside.Val2 > 20, $"{inside}");
    }

    [Fact]
    public async Task Run_FolderAndTwoVideosOfOneName_GivesEachItsOwnOutputs()
    {
        var pictures = Directory.CreateDirectory(_folder.File("pictures")).FullName;
        TestVideos.WriteImage(Path.Combine(pictures, "a.png"), new ImageSize(60, 80));
        TestVideos.WriteImage(Path.Combine(pictures, "b.png"), new ImageSize(80, 60));
        Directory.CreateDirectory(_folder.File("x"));
        var (first, second) = (TestVideos.Write(_folder.File("clip.mp4"), 3, new ImageSize(60, 80)), TestVideos.Write(
            _folder.File("x/clip.mp4"), 2, new ImageSize(60, 80)));
        var (code, _, error) = await CommandLine.RunAsync(
            "run", pictures, first, second, "-c", Config, "-w", Weights, "-o", Output, "--batch-size", "4");
        Assert.True(code == 0, error);
        Assert.Equal([2, 3, 2], new[] { "pictures", "clip", "clip-2" }.Select(
            name => Detections(Path.Combine(Output, $"{name}.jsonl")).Count));
    }

    [Fact]
    public async Task Run_SecondTime_RefusesToReplaceResultsUnlessTold()
    {
        var clip = TestVideos.Write(_folder.File("clip.mp4"), 2, new ImageSize(60, 80));
        string[] arguments = ["run", clip, "-c", Config, "-w", Weights, "-o", Output];
        Assert.Equal(0, (await CommandLine.RunAsync(arguments)).Code);
        var (code, _, error) = await CommandLine.RunAsync(arguments);
        Assert.Equal(2, code);
        Assert.Contains("exists already; add --overwrite", error, StringComparison.Ordinal);
        Assert.Equal(0, (await CommandLine.RunAsync([.. arguments, "--overwrite"])).Code);
    }

    [Fact]
    public async Task Run_SyntheticWeights_SaysThatTheDetectionsMeanNothing()
    {
        var picture = TestVideos.WriteImage(_folder.File("photo.png"), new ImageSize(60, 80));
        var (code, _, error) = await CommandLine.RunAsync(
            "run", picture, "-c", Config, "-w", "synthetic:anything:tiny", "-o", Output);
        Assert.Equal(0, code);
        Assert.Contains("the detections mean nothing", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Interrupted_FinishesFramesInFlightAndLeavesWholeFiles()
    {
        var clip = TestVideos.Write(_folder.File("clip.mp4"), 2000, new ImageSize(60, 80));
        using var process = CommandLine.Start([], "run", clip, "-c", Config, "-w", Weights, "-o", Output, "--video");
        var error = process.StandardError.ReadToEndAsync();
        var lines = Path.Combine(Output, "clip.jsonl");
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (await timer.WaitForNextTickAsync() && !process.HasExited
            && new FileInfo(lines) is not { Exists: true, Length: > 20_000 })
        {
        }

        // Not SIGINT, which a test run in the background of a shell ignores. Twice at once, as wrappers deliver it: that is
        // one stop.
        using (var kill = Process.Start("kill", ["-TERM", $"{process.Id}", $"{process.Id}"]))
        {
            await kill.WaitForExitAsync();
        }

        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 130, await error);
        var end = JsonDocument.Parse((await File.ReadAllLinesAsync(lines))[^1]).RootElement;
        Assert.Equal(("stream_end", "stopped"), (end.GetProperty("type").GetString(), end.GetProperty("reason").GetString()));
        var emitted = end.GetProperty("frames_emitted").GetInt32();
        Assert.InRange(emitted, 1, 1999);
        Assert.Equal(emitted, Detections(lines).Count);
        using var video = new VideoCapture(Path.Combine(Output, "clip-annotated.mp4"));
        Assert.Equal(emitted, video.FrameCount);
    }

    [Fact]
    public async Task Run_Camera_WritesFramesUntilStoppedAndShowsNoPassword()
    {
        Assert.SkipUnless(RtspServer.IsAvailable, "gst-rtsp-server and GStreamer's plugins are not on this machine");
        using var server = new RtspServer();
        server.Add("cam", 160, 120, 25, "joe", "top-secret");
        using var process = CommandLine.Start(
            [],
            "run",
            server.Url("cam").Replace("rtsp://", "rtsp://joe:top-secret@", StringComparison.Ordinal),
            "-c",
            Config,
            "-w",
            Weights,
            "-o",
            Output);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        var lines = Path.Combine(Output, "127.0.0.1_cam.jsonl");
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (await timer.WaitForNextTickAsync() && !process.HasExited
            && new FileInfo(lines) is not { Exists: true, Length: > 5_000 })
        {
        }

        using (var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]))
        {
            await kill.WaitForExitAsync();
        }

        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await error);
        var text = await File.ReadAllTextAsync(lines);
        var end = JsonDocument.Parse(text.Split('\n')[^2]).RootElement;
        Assert.Equal("stopped", end.GetProperty("reason").GetString());
        var dropped = end.GetProperty("frames_dropped").EnumerateObject().Sum(reason => reason.Value.GetInt64());
        Assert.Equal(end.GetProperty("frames_decoded").GetInt64(), end.GetProperty("frames_emitted").GetInt64() + dropped);
        Assert.True(end.GetProperty("frames_emitted").GetInt64() > 0);
        Assert.DoesNotContain("top-secret", text + await output + await error, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Run_RealClipsThroughTheFullModel_WritesALineForEachFrameThatFitsTheSchema()
    {
        var folder = Environment.GetEnvironmentVariable("STREAMING_MEDIA");
        Assert.SkipWhen(folder is null, "STREAMING_MEDIA names no folder with clips");
        var schema = await JsonSchema.FromFileAsync(Path.Combine(Golden.RepositoryRoot(), "docs", "frames-1.schema.json"));
        foreach (var clip in Directory.EnumerateFiles(folder, "*.mp4"))
        {
            var (code, _, error) = await CommandLine.RunAsync(
                "run", clip, "-w", "synthetic:golden-1", "--set", "INPUT.MIN_SIZE_TEST=200", "-o", Output, "--video");
            Assert.True(code == 0, error);
            using var video = new VideoCapture(clip);
            var path = Path.Combine(Output, $"{Path.GetFileNameWithoutExtension(clip)}.jsonl");
            Assert.All(File.ReadLines(path), line => Assert.Empty(schema.Validate(line)));
            var detections = Detections(path);
            Assert.Equal(video.FrameCount, detections.Count);
            Assert.All(detections.SelectMany(frame => frame), detection =>
            {
                var mask = Mask(detection);
                Assert.Equal(detection.GetProperty("area").GetInt64(), mask.Decode().Count(pixel => pixel != 0));
            });
        }
    }

    private static List<JsonElement[]> Detections(string path)
    {
        return [.. File.ReadLines(path)
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.GetProperty("type").GetString() == "frame")
            .Select(frame => frame.GetProperty("detections").EnumerateArray().ToArray())];
    }

    private static Rle Mask(JsonElement detection)
    {
        var segmentation = detection.GetProperty("segmentation");
        var size = segmentation.GetProperty("size");
        return Rle.Parse(segmentation.GetProperty("counts").GetString(), new ImageSize(size[0].GetInt32(), size[1].GetInt32()));
    }
}
