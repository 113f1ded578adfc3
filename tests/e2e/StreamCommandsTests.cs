using System.Text.Json;
using Streaming.Model.Structures;

namespace Streaming.EndToEnd.Tests;

/// <summary>`check`, `probe`, `bench`, and what `run` does with run files.</summary>
public sealed class StreamCommandsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public async Task Check_GoodFile_SaysWhatItWouldRun()
    {
        TestVideos.Write(_folder.File("clip.mp4"), 2, new ImageSize(48, 64));
        var (code, output, error) = await CommandLine.RunAsync(
            "check", RunFile("sources: [{ input: clip.mp4 }, { input: 'rtsp://cam.lan/1' }]"));
        Assert.True(code == 0, error);
        Assert.EndsWith(
            $": good: tiny with {Golden.File("tiny.pkl")}, 2 source(s): clip, cam.lan_1\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_BadFile_ReportsEveryErrorAsWrongUse()
    {
        var (code, _, error) = await CommandLine.RunAsync(
            "check", RunFile("sources: [{ input: clip.mp4, strides: 2 }]\nbatching: { max_size: 0 }"));
        Assert.Equal(2, code);
        Assert.Contains("sources[0].strides: is not known. Did you mean 'stride'?", error, StringComparison.Ordinal);
        Assert.Contains("batching.max_size: 0 is not supported", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_MissingInput_IsWrongUse()
    {
        var (code, _, error) = await CommandLine.RunAsync("check", RunFile("sources: [{ input: nothing.mp4 }]"));
        Assert.Equal(
            (2, true), (code, error.Contains("nothing.mp4: there is no such file or folder.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Run_FolderOfVideosFromARunFile_FlagsWinOverTheFile()
    {
        Directory.CreateDirectory(_folder.File("videos"));
        TestVideos.Write(_folder.File("videos/a.mp4"), 4, new ImageSize(48, 64));
        TestVideos.Write(_folder.File("videos/b.mp4"), 6, new ImageSize(48, 64));
        var file = RunFile(
            "output: { folder: here, jsonl: 'lines/{source}.jsonl', coco: true }\nsources: [{ input: videos, stride: 2 }]");
        var (code, _, error) = await CommandLine.RunAsync("run", file, "--output", _folder.File("there"), "--stride", "3");
        Assert.True(code == 0, error);
        Assert.False(Directory.Exists(_folder.File("here")));
        Assert.Equal([0, 3], Indices("there/lines/a.jsonl"));
        Assert.Equal([0, 3], Indices("there/lines/b.jsonl"));
        Assert.Equal(
            JsonValueKind.Array, JsonDocument.Parse(File.ReadAllText(_folder.File("there/a.coco.json"))).RootElement.ValueKind);
        Assert.Contains(
            "\"range\":{\"start_s\":0,\"stride\":3}",
            File.ReadLines(_folder.File("there/lines/a.jsonl")).First(),
            StringComparison.Ordinal);

        // All is done already: nothing is left for --resume.
        (code, _, error) = await CommandLine.RunAsync(
            "run", file, "--output", _folder.File("there"), "--stride", "3", "--resume");
        Assert.True(code == 0, error);
        Assert.Contains("a: complete already", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_RunFileBesideOtherInputs_IsWrongUse()
    {
        var (code, _, error) = await CommandLine.RunAsync("run", RunFile("sources: []"), "clip.mp4");
        Assert.Equal((2, true), (code, error.Contains("a run file stands alone", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Run_MetricsBeyondThisMachineWithoutToken_IsWrongUse()
    {
        var (code, _, error) = await CommandLine.RunAsync(
            "run",
            "synthetic:64x48*2",
            "--config",
            Golden.File("tiny.yaml"),
            "--weights",
            Golden.File("tiny.pkl"),
            "--metrics",
            "*:0",
            "-o",
            _folder.File("out"));
        Assert.Equal((2, true), (code, error.Contains("can be reached from other machines", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Probe_Video_TellsWhatItIs()
    {
        var clip = TestVideos.Write(_folder.File("clip.mp4"), 5, new ImageSize(48, 64), rate: 12.5);
        var (code, output, error) = await CommandLine.RunAsync("probe", clip, "--json");
        Assert.True(code == 0, error);
        var report = JsonDocument.Parse(output).RootElement;
        Assert.Equal((64, 48), (report.GetProperty("width").GetInt32(), report.GetProperty("height").GetInt32()));
        Assert.Equal((12.5, 5), (report.GetProperty("fps").GetDouble(), report.GetProperty("frames").GetInt32()));
        Assert.Equal("FMP4", report.GetProperty("codec").GetString());
        (code, output, _) = await CommandLine.RunAsync("probe", clip);
        Assert.Contains("size         64x48\n", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nothing.mp4", "not_found: nothing.mp4: there is no such file or folder.")]
    [InlineData("usb:250", "not_found: usb:250: there is no camera /dev/video250")]
    [InlineData("synthetic:1", "unsupported: synthetic:1: write synthetic:WIDTHxHEIGHT")]
    public async Task Probe_WhatCannotBeOpened_SaysWhatIsWrong(string source, string expected)
    {
        var (code, _, error) = await CommandLine.RunAsync("probe", source);
        Assert.Equal((1, true), (code, error.Contains(expected, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Bench_CertificateOfTheMetricsIsNone_IsWrongUseInOneSentence()
    {
        var file = _folder.File("words.pem", "words");
        var (code, output, error) = await CommandLine.RunAsync(
            "bench", "synthetic:64x48", "--detector", "null", "--config", Golden.File("tiny.yaml"), "--metrics", "127.0.0.1:0",
            "--metrics-certificate", file, "--metrics-key", file);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("--metrics-certificate", error, StringComparison.Ordinal);
        Assert.Contains("holds no certificate in PEM format", string.Join(' ', error.Split('\n')), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);

        // A run file says so when it is checked.
        var run = _folder.File(
            "run.yaml", $"sources: [{{ input: \"synthetic:64x48\" }}]\nmetrics: {{ certificate: {file}, key: {file} }}\n");
        (code, _, error) = await CommandLine.RunAsync("check", run);
        Assert.Equal(2, code);
        Assert.Contains("run.yaml:2: metrics.certificate", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("closed")]
    [InlineData("open")]
    [InlineData("density")]
    public async Task Bench_EveryMode_WritesAReportThatAddsUp(string mode)
    {
        var path = _folder.File("report.json");
        var (code, _, error) = await CommandLine.RunAsync(
            "bench", "synthetic:64x48", "--mode", mode, "--detector", "null", "--streams", "2", "--fps", "20", "--warmup", "0.1",
            "--seconds", "0.5", "--report", path, "--config", Golden.File("tiny.yaml"));
        Assert.True(code == 0, error);
        var report = JsonDocument.Parse(File.ReadAllText(path)).RootElement;
        var result = report.GetProperty("result");
        var frames = result.GetProperty("frames").GetInt64();
        Assert.Equal(mode, report.GetProperty("mode").GetString());
        Assert.InRange(frames, 1, long.MaxValue);
        Assert.Equal(
            frames / result.GetProperty("duration_s").GetDouble(),
            result.GetProperty("throughput_fps").GetDouble(),
            frames * 0.02);
        Assert.Equal(
            ["decode", "preprocess", "batch_wait", "infer", "postprocess", "emit"],
            result.GetProperty("stages_ms").EnumerateObject().Select(stage => stage.Name));
        var busy = result.GetProperty("busy").EnumerateObject().ToDictionary(
            stage => stage.Name, stage => stage.Value.GetDouble());
        Assert.Equal(["decode", "preprocess", "infer", "postprocess", "emit"], busy.Keys);
        Assert.All(busy.Values, share => Assert.InRange(share, 0, 1));
        Assert.Contains(result.GetProperty("limit").GetString(), (string[])["sources", .. busy.Keys]);
        var latency = result.GetProperty("latency_ms");
        Assert.InRange(latency.GetProperty("p50").GetDouble(), 0, latency.GetProperty("p99").GetDouble());
        if (mode == "density")
        {
            Assert.InRange(report.GetProperty("stream_density").GetProperty("trials").GetArrayLength(), 1, 3);
        }
    }

    [Fact]
    public async Task Bench_TinyModelOnAFile_CountsDetections()
    {
        var clip = TestVideos.Write(_folder.File("clip.mp4"), 5, new ImageSize(120, 160));
        var (code, _, error) = await CommandLine.RunAsync(
            "bench", clip, "--config", Golden.File("tiny.yaml"), "--weights", Golden.File("tiny.pkl"), "--set",
            "MODEL.ROI_HEADS.SCORE_THRESH_TEST=0.001", "--warmup", "0", "--seconds", "2");
        Assert.True(code == 0, error);
        Assert.DoesNotContain("; 0 detections a frame", error, StringComparison.Ordinal);
        Assert.Contains("\nLimit: infer; busy: decode ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fused")]
    [InlineData("exact")]
    public async Task Bench_OfTheNetworkAlone_ShowsItsPartsAndTheRoofline(string kind)
    {
        string[] exact = kind == "exact" ? ["--exact"] : [];
        var (code, output, error) = await CommandLine.RunAsync(
        [
            "bench", "synthetic:160x120", "--stage", "infer", "--config", Golden.File("tiny.yaml"), "--weights",
            Golden.File("tiny.pkl"), "--set", "MODEL.ROI_HEADS.SCORE_THRESH_TEST=0.001", "--seconds", "0.1", .. exact,
        ]);
        Assert.True(code == 0, error);
        Assert.All(["backbone", "fpn", "rpn", "roialign", "boxhead", "maskhead"], part => Assert.Contains(
            part, error, StringComparison.Ordinal));
        Assert.Matches($@"Fp32, {kind}, .* images/s\nroofline: [0-9.]+ GFLOP at [0-9.]+ of [0-9.]+ GFLOP/s \([0-9.]+ %\); "
            + "[0-9.]+ GB at least", output);
    }

    /// <summary>A second detector would stay behind, here one that cannot even be loaded.</summary>
    [Fact]
    public async Task Bench_OfTheNetworkAlone_LoadsTheFirstDeviceOnly()
    {
        var (code, _, error) = await CommandLine.RunAsync(
            "bench", "synthetic:160x120", "--stage", "infer", "--config", Golden.File("tiny.yaml"),
            "--weights", Golden.File("tiny.pkl"), "--seconds", "0.1", "--device", "cpu", "--device", "cuda:99");
        Assert.True(code == 0, error);
    }

    [Fact]
    public async Task Evaluate_ResultsFile_PrintsPycocotoolsFigures()
    {
        var (code, output, error) = await CommandLine.RunAsync(
            "evaluate",
            Golden.File("coco_eval/ground_truth.json"),
            "--results",
            Golden.File("coco_eval/detections.json"),
            "--json");
        Assert.True(code == 0, error);
        var actual = JsonDocument.Parse(output).RootElement;
        var expected = JsonDocument.Parse(File.ReadAllText(Golden.File("coco_eval/expected.json"))).RootElement;
        Assert.Equal(
            expected.GetProperty("bbox").GetProperty("AP").GetDouble(),
            actual.GetProperty("bbox").GetProperty("AP").GetDouble(),
            1e-9);
        Assert.Equal(
            expected.GetProperty("segm").GetProperty("ARl").GetDouble(),
            actual.GetProperty("segm").GetProperty("ARl").GetDouble(),
            1e-9);
    }

    [Fact]
    public async Task Evaluate_ModelOnItsOwnDetections_FindsThemAllAgain()
    {
        // What the model finds in a picture, as the truth: then it is right about everything.
        var picture = TestVideos.WriteImage(_folder.File("1.png"), new ImageSize(120, 160));
        string[] model =
        [
            "--config", Golden.File("tiny.yaml"), "--weights", Golden.File("tiny.pkl"),
            "--set", "MODEL.ROI_HEADS.SCORE_THRESH_TEST=0.01", "--set", "TEST.DETECTIONS_PER_IMAGE=5",
        ];
        var (code, _, error) = await CommandLine.RunAsync(["run", picture, .. model, "--coco", "-o", _folder.File("out")]);
        Assert.True(code == 0, error);
        var found = JsonDocument.Parse(File.ReadAllText(_folder.File("out/1.coco.json"))).RootElement.EnumerateArray().ToArray();
        Assert.NotEmpty(found);
        var annotations = string.Join(',', found.Select((item, i) =>
        {
            var (box, mask) = (item.GetProperty("bbox").GetRawText(), item.GetProperty("segmentation").GetRawText());
            return $$"""
                {
                  "id":{{i + 1}},"image_id":1,"category_id":{{item.GetProperty("category_id")}},"area":5000,"iscrowd":0,
                  "bbox":{{box}},"segmentation":{{mask}}
                }
                """;
        }));
        var categories = string.Join(',', Enumerable.Range(0, 5).Select(i => $$"""{"id":{{i}},"name":"class-{{i}}"}"""));
        _folder.File("truth.json", $$"""
            {
              "images":[{"id":1,"file_name":"1.png","height":120,"width":160}],
              "annotations":[{{annotations}}],
              "categories":[{{categories}}]
            }
            """);
        string output;
        string[] data = [_folder.File("truth.json"), "--images", _folder.Path];
        string[] results = ["--json", "-o", _folder.File("found.json")];
        (code, output, error) = await CommandLine.RunAsync(["evaluate", .. data, .. model, .. results]);
        Assert.True(code == 0, error);
        Assert.Equal(1, JsonDocument.Parse(output).RootElement.GetProperty("bbox").GetProperty("AP").GetDouble(), 0.05);
        Assert.Equal(found.Length, JsonDocument.Parse(File.ReadAllText(_folder.File("found.json"))).RootElement.GetArrayLength());
    }

    [Fact]
    public async Task Evaluate_WrongUse_SaysWhat()
    {
        var (code, _, error) = await CommandLine.RunAsync("evaluate", Golden.File("coco_eval/ground_truth.json"));
        Assert.Equal((2, true), (code, error.Contains("give --results, or --images", StringComparison.Ordinal)));
        (code, _, error) = await CommandLine.RunAsync(
            "evaluate",
            Golden.File("coco_eval/ground_truth.json"),
            "--images",
            _folder.Path,
            "--config",
            Golden.File("tiny.yaml"),
            "--weights",
            Golden.File("tiny.pkl"));
        Assert.Equal(2, code);
        Assert.Contains("classes, the data set 4: they do not belong together.", error, StringComparison.Ordinal);
    }

    private int[] Indices(string name)
    {
        return [.. File.ReadLines(_folder.File(name)).Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.GetProperty("type").GetString() == "frame").Select(
                line => line.GetProperty("frame_index").GetInt32())];
    }

    private string RunFile(string text)
    {
        var path = _folder.File("run.yaml");
        File.WriteAllText(path, $"model: {{ config: {Golden.File("tiny.yaml")}, weights: {Golden.File("tiny.pkl")} }}\n{text}\n");
        return path;
    }
}
