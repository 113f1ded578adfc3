using Streaming.Config.Run;
using Streaming.Config.Settings;

namespace Streaming.Config.Tests.Run;

public sealed class RunFileTests : IDisposable
{
    private static readonly Setting<string?> Lines = new("output.lines", SettingTypes.Template("{source}.txt"))
    {
        Usual = "{source}.txt",
        Help = "What a kind of output declares.",
    };

    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public void Read_EveryKey_Arrives()
    {
        File.WriteAllText(_folder.File("mine.yaml"), "");
        File.WriteAllText(_folder.File("clip.mp4"), "");
        var config = Parse("""
            verbose: true
            model:
              config: mine.yaml
              weights: model.pkl
              set: [A.B=1, C=2]
              classes: names.txt
              devices: [cuda:0, cuda:1]
              threads: 3
              libtorch: lib
            batching: { max_size: 4, max_delay_ms: 12.5, max_in_flight: 9, workers: 2 }
            output: { folder: out, lines: "{source}/{date}.txt", draw_threshold: 0.25, draw: class, trails: 12,
              existing: overwrite }
            metrics: { listen: "0.0.0.0:9464", token: "${TOKEN}" }
            defaults:
              { user: joe, password: "${PASSWORD}", max_fps: 5, transport: udp, trust: cams.pem, when_full: drop_newest,
                read_timeout_s: 2, max_megapixels: 20 }
            sources:
              - { id: door, input: "rtsp://cam/1", trust: any }
              - { input: clip.mp4, start_s: 1.5, end_s: 4, stride: 3, when_full: wait, open_timeout_s: 7, max_fps: 2,
                  user: ann, password: "a$$b${N}", max_megapixels: 8.5 }
            """);
        Assert.True(config.Values.Get(RunSettings.Verbose));
        var model = config.Model;
        Assert.Equal(
            (_folder.File("mine.yaml"), _folder.File("model.pkl"), _folder.File("names.txt"), _folder.File("lib"), 3),
            (model.Config, model.Weights, model.Classes, model.LibTorch, model.Threads));
        Assert.Equal(["A.B=1", "C=2"], model.Set);
        Assert.Equal(["cuda:0", "cuda:1"], model.Devices);
        Assert.Equal(
            new BatchingSection { MaxSize = 4, MaxDelay = TimeSpan.FromMilliseconds(12.5), MaxInFlight = 9, Workers = 2 },
            config.Batching);
        Assert.Equal(
            new OutputSection
            {
                Folder = _folder.File("out"),
                DrawThreshold = 0.25,
                Draw = DrawColors.Class,
                Trails = 12,
                Existing = ExistingOutput.Overwrite,
            },
            config.Output);
        Assert.Equal("{source}/{date}.txt", config.Values.Get(Lines));
        Assert.Equal(new MetricsSection { Listen = "0.0.0.0:9464", Token = "t-1" }, config.Metrics);
        Assert.Equal(
            new SourceConfig
            {
                Id = "door",
                Input = "rtsp://cam/1",
                User = "joe",
                Password = "secret",
                MaxFps = 5,
                Transport = Transport.Udp,
                Trust = SourceConfig.TrustAny,
                WhenFull = FullMode.DropNewest,
                ReadTimeout = TimeSpan.FromSeconds(2),
                MaxMegapixels = 20,
            },
            config.Sources[0]);
        Assert.Equal(
            new SourceConfig
            {
                Id = "",
                Input = _folder.File("clip.mp4"),
                User = "ann",
                Password = "a$b7",
                MaxFps = 2,
                Transport = Transport.Udp,
                Trust = _folder.File("cams.pem"),
                WhenFull = FullMode.Wait,
                ReadTimeout = TimeSpan.FromSeconds(2),
                OpenTimeout = TimeSpan.FromSeconds(7),
                Start = TimeSpan.FromSeconds(1.5),
                End = TimeSpan.FromSeconds(4),
                Stride = 3,
                MaxMegapixels = 8.5,
            },
            config.Sources[1]);
    }

    [Fact]
    public void Read_NothingButAnInput_GivesTheDefaultsOfTheTable()
    {
        var config = Parse("sources: [{ input: x }]");
        Assert.Equal(new SourceConfig { Id = "", Input = "x" }, Assert.Single(config.Sources));
        Assert.Equal(
            (TimeSpan.FromMilliseconds(50), "output", 0.5),
            (config.Batching.MaxDelay, config.Output.Folder, config.Output.DrawThreshold));
        Assert.Equal(("{source}.txt", "mask_rcnn_R_50_FPN_3x"), (config.Values.Get(Lines), config.Model.Config));
    }

    [Fact]
    public void Read_ManyErrors_ReportsThemAllWithLineAndPath()
    {
        var errors = Errors("""
            modell: {}
            model: { weigths: a.pkl, threads: 0, devices: [cpu, gpu], precision: fp16 }
            batching: { max_size: 8, max_in_flight: 4 }
            output: { draw_threshold: 2, existing: maybe }
            metrics: { listen: "0.0.0.0:80" }
            sources:
              - { id: a, input: x, stride: many }
              - { id: a, input: "${NOT_SET}" }
              - { id: b }
              - { id: c, input: y, start_s: 5, end_s: 2 }
              - { id: ../d, input: z }
            """);
        var file = _folder.File("run.yaml");
        Assert.Equal(
            [
                $"{file}:1: modell: is not known. Did you mean 'model'?",
                $"{file}:2: model.weigths: is not known. Did you mean 'weights'?",
                $"{file}:2: model.threads: 0 is not supported; supported: a whole number from 1 to 1024.",
                $"{file}:2: model.devices: 'gpu' is not supported; supported: auto, cpu, cuda, cuda:N.",
                $"{file}:4: output.draw_threshold: 2 is not supported; supported: a number from 0 to 1.",
                $"{file}:4: output.existing: 'maybe' is not supported; supported: refuse, overwrite, resume.",
                $"{file}:7: sources[0].stride: 'many' is not supported; supported: a whole number from 1 to 1000000.",
                $"{file}:8: sources[1].input: the environment variable NOT_SET is not set.",
                $"{file}:9: sources[2].input: is missing.",
                $"{file}:3: batching.max_in_flight: 4 is less than max_size 8: no batch would ever be full.",
                $"{file}:5: metrics.listen: '0.0.0.0:80' can be reached from other machines: "
                    + "set metrics.token (or STREAMING_METRICS_TOKEN) as well, or listen on 127.0.0.1.",
                $"{file}:10: sources[3].end_s: 2 is not after start_s 5.",
                $"{file}:11: sources[4].id: '../d': an id is a file name too; use letters, digits, '-', '_' and '.'.",
                $"{file}:8: sources[1].id: 'a': 2 sources have this id; each needs its own.",
            ],
            errors);
    }

    [Theory]
    [InlineData("model: { precision: fp16, devices: cpu }", "1: model.precision: 'fp16': float16 is for GPUs;")]
    [InlineData(
        "model: { winograd: true, precision: bf16 }",
        "1: model.winograd: true: is for precision fp32 without exact; leave it out, or precision 'bf16'.")]
    [InlineData("output: { segment_s: 7 }", "1: output.segment_s: 7: does not divide a day,")]
    [InlineData("output: { keep_gb: 5 }", "1: output.keep_gb: 5: only whole segments are removed; set output.segment_s or")]
    [InlineData("metrics: { listen: here }", "1: metrics.listen: 'here': write HOST:PORT")]
    [InlineData("metrics: { certificate: a.pem }", "1: metrics.certificate: '")]
    [InlineData("metrics: { key: a.pem }", "1: metrics.key: '")]
    [InlineData("model: [a]", "1: model: must be a mapping of keys.")]
    [InlineData("verbose: maybe", "1: verbose: 'maybe' is not supported; supported: true, false.")]
    [InlineData("defaults: { id: a }", "1: defaults.id: is not known.")]
    public void Read_OneError_NamesLineAndPath(string text, string expected)
    {
        Assert.Contains(
            $"{_folder.File("run.yaml")}:{expected}",
            Assert.Single(Errors($"{text}\nsources: [{{ input: x }}]")),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WrongValueFromTheEnvironment_IsNotRepeated()
    {
        var error = Assert.Single(Errors("sources: [{ input: x, stride: '${PASSWORD}' }]"));
        Assert.DoesNotContain("secret", error, StringComparison.Ordinal);
        Assert.Contains("the environment's value is not supported", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WrongPasswordInTheFile_IsNotRepeated()
    {
        var error = Assert.Single(Errors("sources: [{ input: x, password: [hunter2] }]"));
        Assert.Contains("sources[0].password: its value is not supported", error, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Config_AsText_ShowsNoPassword()
    {
        var config = Parse("""
            metrics: { listen: "127.0.0.1:1", token: "${TOKEN}" }
            sources: [{ id: cam, input: "rtsp://joe:hidden@cam/1", password: "${PASSWORD}" }]
            """);
        Assert.DoesNotContain("secret", $"{config} {config.Sources[0]} {config.Metrics}", StringComparison.Ordinal);
        Assert.DoesNotContain("t-1", $"{config} {config.Metrics}", StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", $"{config.Sources[0]}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{source}.jsonl", "cam/../../etc", "out/cam_.._.._etc.jsonl")]
    [InlineData("{source}/{date}-{time}-{run}.jsonl", "..", "out/_/20260131-120500-r_1.jsonl")]
    [InlineData("a{source}", "x:y\\z", "out/ax_y_z")]
    public void OutputName_Expand_NeverLeavesTheFolder(string template, string source, string expected)
    {
        Assert.Equal(expected, OutputName.Expand(
            "out", template, source, "r/1", new DateTimeOffset(2026, 1, 31, 13, 5, 0, TimeSpan.FromHours(1))));
    }

    [Theory]
    [InlineData("/etc/x", 1)]
    [InlineData("a/../../x", 1)]
    [InlineData("..\\x", 1)]
    [InlineData("", 1)]
    [InlineData("dir/", 1)]
    [InlineData("{sauce}.jsonl", 1)]
    [InlineData("all.jsonl", 2)]
    public void OutputName_Check_RefusesWhatCouldLeadElsewhere(string template, int sources)
    {
        Assert.NotNull(OutputName.Check(template, sources));
    }

    [Fact]
    public void Segments_Units_AreBytesAndTimes()
    {
        var sut = Parse("output: { segment_s: 3600, segment_mb: 500, keep_days: 0.5, keep_gb: 2, keep_free_gb: 0.1 }\n"
            + "sources: [{ input: a }]").Output.Segments;
        Assert.Equal((TimeSpan.FromHours(1), 500_000_000L, TimeSpan.FromHours(12)), (sut.Every, sut.MaxBytes, sut.KeepFor));
        Assert.Equal((2_000_000_000L, 100_000_000L, true), (sut.KeepBytes, sut.KeepFreeBytes, sut.IsOn));
        Assert.False(Parse("sources: [{ input: a }]").Output.Segments.IsOn);
    }

    private RunConfig Parse(string text)
    {
        var request = Request(text);
        Assert.Empty(request.Errors.Concat(RunChecks.Errors(request)));
        return RunConfig.From(request);
    }

    private IReadOnlyList<string> Errors(string text)
    {
        var request = Request(text);
        return [.. request.Errors, .. RunChecks.Errors(request)];
    }

    private RunRequest Request(string text)
    {
        var file = new RunFile(
            RunSettings.Table([Lines]), name => name switch { "TOKEN" => "t-1", "PASSWORD" => "secret", "N" => "7", _ => null });
        return file.Parse(text, _folder.File("run.yaml"));
    }
}
