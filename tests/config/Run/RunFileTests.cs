using NJsonSchema;
using NJsonSchema.Validation;
using Streaming.Config.Run;
using YamlDotNet.Serialization;

namespace Streaming.Config.Tests.Run;

public sealed class RunFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public static TheoryData<string> Samples => [.. Directory.GetFiles(Path.Combine(Golden.RepositoryRoot(), "samples", "run-files"), "*.yaml").Select(file => Path.GetFileName(file))];

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
            model: { config: mine.yaml, weights: model.pkl, set: [A.B=1, C=2], classes: names.txt, devices: [cuda:0, cuda:1], threads: 3, libtorch: lib }
            batching: { max_size: 4, max_delay_ms: 12.5, max_in_flight: 9, workers: 2 }
            output: { folder: out, jsonl: "{source}/{date}.jsonl", video: true, coco: "{source}.json", draw_threshold: 0.25, existing: overwrite }
            metrics: { listen: "0.0.0.0:9464", token: "${TOKEN}" }
            defaults: { user: joe, password: "${PASSWORD}", max_fps: 5, transport: udp, trust: cams.pem, when_full: drop_newest, read_timeout_s: 2 }
            sources:
              - { id: door, input: "rtsp://cam/1", trust: any }
              - { input: clip.mp4, start_s: 1.5, end_s: 4, stride: 3, when_full: wait, open_timeout_s: 7, max_fps: 2, user: ann, password: "a$$b${N}" }
            """);
        Assert.True(config.Verbose);
        Assert.Equal((_folder.File("mine.yaml"), _folder.File("model.pkl"), _folder.File("names.txt"), _folder.File("lib"), 3), (config.Model.Config, config.Model.Weights, config.Model.Classes, config.Model.LibTorch, config.Model.Threads));
        Assert.Equal(["A.B=1", "C=2"], config.Model.Set);
        Assert.Equal(["cuda:0", "cuda:1"], config.Model.Devices);
        Assert.Equal(new BatchingSection { MaxSize = 4, MaxDelay = TimeSpan.FromMilliseconds(12.5), MaxInFlight = 9, Workers = 2 }, config.Batching);
        Assert.Equal(
            new OutputSection { Folder = _folder.File("out"), JsonLines = "{source}/{date}.jsonl", Video = OutputSection.DefaultVideo, Coco = "{source}.json", DrawThreshold = 0.25, Existing = ExistingOutput.Overwrite },
            config.Output);
        Assert.Equal(new MetricsSection { Listen = "0.0.0.0:9464", Token = "t-1" }, config.Metrics);
        Assert.Equal(
            new SourceConfig { Id = "door", Input = "rtsp://cam/1", User = "joe", Password = "secret", MaxFps = 5, Transport = Transport.Udp, Trust = SourceConfig.TrustAny, WhenFull = FullMode.DropNewest, ReadTimeout = TimeSpan.FromSeconds(2) },
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
            },
            config.Sources[1]);
    }

    [Fact]
    public void Read_ManyErrors_ReportsThemAllWithLineAndPath()
    {
        var exception = Assert.Throws<ConfigurationException>(() => Parse("""
            modell: {}
            model: { weigths: a.pkl, threads: 0, devices: [cpu, gpu], precision: fp16 }
            batching: { max_size: 8, max_in_flight: 4 }
            output: { jsonl: "../{source}.jsonl", video: "{source}.avi", draw_threshold: 2, existing: maybe }
            metrics: { listen: "0.0.0.0:80" }
            sources:
              - { id: a, input: x, stride: many }
              - { id: a, input: "${NOT_SET}" }
              - { id: b }
              - { id: c, input: y, start_s: 5, end_s: 2 }
            """));
        var file = _folder.File("run.yaml");
        Assert.Equal(
            [
                $"{file}:1: modell: is not known. Did you mean 'model'?",
                $"{file}:2: model.weigths: is not known. Did you mean 'weights'?",
                $"{file}:2: model.threads: 0 is not supported; supported: a whole number from 1 to 1024.",
                $"{file}:4: output.draw_threshold: 2 is not supported; supported: a number from 0 to 1.",
                $"{file}:4: output.existing: 'maybe' is not supported; supported: refuse, overwrite, resume.",
                $"{file}:7: sources[0].stride: 'many' is not supported; supported: a whole number from 1 to 1000000.",
                $"{file}:8: sources[1].input: the environment variable NOT_SET is not set.",
                $"{file}:9: sources[2].input: is missing.",
                $"{file}: model.devices: 'gpu': supported: auto, cpu, cuda, cuda:N.",
                $"{file}: model.precision: float16 is for GPUs; on a CPU take fp32, or bf16 where 'streaming doctor' shows it.",
                $"{file}: batching.max_in_flight: 4 is less than max_size 8: no batch would ever be full.",
                $"{file}: output.jsonl: '../{{source}}.jsonl': a name stays inside the output folder: no '..', no '/' at the start.",
                $"{file}: output.video: '{{source}}.avi': supported: names that end in .mp4 or .mkv.",
                $"{file}: metrics.listen: '0.0.0.0:80' can be reached from other machines: set metrics.token as well, or listen on 127.0.0.1.",
                $"{file}: c: end_s 2 is not after start_s 5.",
            ],
            exception.Errors);
    }

    [Fact]
    public void Read_WrongValueFromTheEnvironment_IsNotRepeated()
    {
        var exception = Assert.Throws<ConfigurationException>(() => Parse("sources: [{ input: x, stride: '${PASSWORD}' }]"));
        Assert.DoesNotContain("secret", exception.Message, StringComparison.Ordinal);
        Assert.Contains("the environment's value is not supported", exception.Message, StringComparison.Ordinal);
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
        Assert.Equal(expected, OutputName.Expand("out", template, source, "r/1", new DateTimeOffset(2026, 1, 31, 13, 5, 0, TimeSpan.FromHours(1))));
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

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task Samples_AreGoodAndFitTheSchema(string name)
    {
        var path = Path.Combine(Golden.RepositoryRoot(), "samples", "run-files", name);
        Assert.NotEmpty(RunFile.Read(path, _ => "from-the-environment").Sources);
        Assert.Empty(await ValidateAsync(File.ReadAllText(path)));
    }

    [Fact]
    public async Task Schema_IsTheOneInTheDocuments()
    {
        Assert.Equal(RunSchema.ToJson(), await File.ReadAllTextAsync(Path.Combine(Golden.RepositoryRoot(), "docs", "run-1.schema.json")));
    }

    [Theory]
    [InlineData("sources: [{ id: a }]")]
    [InlineData("model: {}")]
    [InlineData("sources: [{ input: a, nonsense: 1 }]")]
    [InlineData("sources: [{ input: a, when_full: never }]")]
    public async Task Schema_WrongFile_IsRefused(string text)
    {
        // So that the tests above can fail; the reader refuses the same.
        Assert.NotEmpty(await ValidateAsync(text));
        Assert.Throws<ConfigurationException>(() => Parse(text));
    }

    private RunConfig Parse(string text)
    {
        return RunFile.Parse(text, _folder.File("run.yaml"), name => name switch { "TOKEN" => "t-1", "PASSWORD" => "secret", "N" => "7", _ => null });
    }

    private static async Task<ICollection<ValidationError>> ValidateAsync(string yaml)
    {
        var schema = await JsonSchema.FromJsonAsync(RunSchema.ToJson());
        var tree = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build().Deserialize(yaml);
        return schema.Validate(new SerializerBuilder().JsonCompatible().Build().Serialize(tree!));
    }
}
