using System.Text.Json;
using Streaming.Model.Weights;

namespace Streaming.EndToEnd.Tests;

/// <summary>
/// `streaming generate`, `train`, `evaluate` and `run`, one after the other as a user does it, and what goes wrong on the way.
/// </summary>
public sealed class TrainingTests : IDisposable
{
    /// <summary>Annotations of one picture, up to the first annotation; <see cref="OneClass"/> ends them.</summary>
    private const string OnePicture = """{"images":[{"id":1,"file_name":"a.jpg","height":8,"width":8}],"annotations":[""";

    private const string OneClass = """],"categories":[{"id":1,"name":"a"}]}""";

    private static readonly string[] Small =
    [
        "--set", "MODEL.ROI_HEADS.NUM_CLASSES=2", "--set", "INPUT.MASK_FORMAT=bitmask",
        "--set", "INPUT.MIN_SIZE_TRAIN=(96,)", "--set", "INPUT.MIN_SIZE_TEST=96",
        "--set", "SOLVER.IMS_PER_BATCH=2", "--set", "SOLVER.MAX_ITER=4", "--set", "SOLVER.CHECKPOINT_PERIOD=2",
        "--set", "TEST.EVAL_PERIOD=2", "--set", "DATALOADER.NUM_WORKERS=1", "--set", "SEED=1", "--device", "cpu",
    ];

    private readonly TempFolder _folder = new();

    private string Data => _folder.File("data");

    private string Trained => _folder.File("trained");

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public async Task GenerateTrainEvaluateRun_OneAfterTheOther_Works()
    {
        await GenerateAsync(6);
        var (code, _, error) = await TrainAsync("--val", Data);
        Assert.True(code == 0, error);
        Assert.Contains("iter 4/4", error, StringComparison.Ordinal);
        Assert.Matches(@"Evaluation at 2: box AP [\d.]+ .*Evaluation at 4: ", error.ReplaceLineEndings(" "));
        var lines = File.ReadLines(Path.Combine(Trained, "metrics.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement)
            .ToArray();
        Assert.Contains(lines, line => line.TryGetProperty("loss_mask", out _) && line.GetProperty("iteration").GetInt32() == 3);
        Assert.Contains(lines, line => line.TryGetProperty("segm/AP50", out _));
        Assert.Single(Directory.GetFiles(Trained, "*tfevents*"));
        var final = Path.Combine(Trained, "model_final.safetensors");
        Assert.Equal(
            "model_final.safetensors",
            await File.ReadAllTextAsync(Path.Combine(Trained, "last_checkpoint"), TestContext.Current.CancellationToken));
        Assert.Equal(["car", "truck"], WeightsFiles.ReadClasses(final)!);

        string[] model =
        [
            "--config", Golden.File("tiny.yaml"), "--weights", final,
            "--set", "MODEL.ROI_HEADS.NUM_CLASSES=2", "--set", "INPUT.MIN_SIZE_TEST=96", "--device", "cpu",
        ];
        (code, var output, error) = await CommandLine.RunAsync(
            ["evaluate", Path.Combine(Data, "annotations.json"), "--images", Path.Combine(Data, "images"), .. model, "--json"]);
        Assert.True(code == 0, error);
        var masks = JsonDocument.Parse(output).RootElement.GetProperty("segm");
        Assert.True(masks.GetProperty("AP_per_category").TryGetProperty("truck", out _));

        (code, _, error) = await CommandLine.RunAsync(
        [
            "run", "synthetic://street?seed=4&size=320x180&frames=2", .. model,
            "--set", "MODEL.ROI_HEADS.SCORE_THRESH_TEST=0.0", "--output", _folder.File("out"),
        ]);
        Assert.True(code == 0, error);
        var found = await File.ReadAllTextAsync(_folder.File("out/street-4.jsonl"), TestContext.Current.CancellationToken);
        Assert.Contains("\"car\"", found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_FromAnotherModel_NeedsTheFlagForNewClasses()
    {
        await GenerateAsync(4);
        var (code, _, error) = await TrainAsync("--weights", Golden.File("tiny.pkl"));
        Assert.Equal(1, code);
        Assert.Contains("was trained with another number of classes", error, StringComparison.Ordinal);
        (code, _, error) = await TrainAsync("--weights", Golden.File("tiny.pkl"), "--new-classes");
        Assert.True(code == 0, error);
        Assert.Contains("begun anew: roi_heads.", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_InMixedPrecision_GivesFloat32Weights()
    {
        await GenerateAsync(4);
        var (code, _, error) = await TrainAsync("--set", "SOLVER.AMP.ENABLED=True");
        Assert.True(code == 0, error);
        var weights = WeightsFiles.Inspect(Path.Combine(Trained, "model_final.safetensors"));
        Assert.All(weights.Entries, entry => Assert.Equal("float32", entry.Type));
    }

    [Theory]
    [InlineData(
        """{"images":[{"id":1,"file_name":"no.jpg","height":8,"width":8}]"""
        + ""","annotations":[{"id":5,"image_id":1,"category_id":1,"iscrowd":0,"area":4"""
        + ""","bbox":[1,1,2,2],"segmentation":[[1,1,3,1,3,3]]}]"""
        + ""","categories":[{"id":1,"name":"a"},{"id":9,"name":"b"}]}""",
        "1 of 1 pictures are missing, the first is ")]
    [InlineData(
        OnePicture + """{"id":5,"image_id":3,"category_id":1,"bbox":[1,1,2,2]}""" + OneClass,
        "annotation 5: there is no image 3.")]
    [InlineData(
        OnePicture + """{"id":5,"image_id":1,"category_id":1,"area":4,"bbox":[1,1,2,2],"segmentation":[]}""" + OneClass,
        "annotation 5: 'segmentation' must hold polygons")]
    [InlineData(
        OnePicture
        + """{"id":5,"image_id":1,"category_id":1,"area":4,"bbox":[9,1,2,2],"segmentation":[[9,1,11,1,11,3]]}"""
        + OneClass,
        "annotation 5 of a.jpg: its box lies outside the picture (8x8).")]
    [InlineData(
        OnePicture + """{"id":5,"image_id":1,"category_id":1,"area":4,"bbox":[1,1,2,2]}""" + OneClass,
        "annotation 5 of a.jpg: it has no 'segmentation', which MODEL.MASK_ON needs.")]
    [InlineData(
        OnePicture
        + """{"id":5,"image_id":1,"category_id":1,"area":4,"bbox":[1,1,2,2]},"""
        + """{"id":5,"image_id":1,"category_id":1,"area":4,"bbox":[1,1,2,2]}"""
        + OneClass,
        "annotations: the id 5 stands there 2 times")]
    [InlineData(OnePicture + OneClass, "no picture has an object: there is nothing to learn.")]
    public async Task Train_WrongData_NamesFileAndAnnotation(string annotations, string expected)
    {
        _folder.File("data/annotations.json", annotations);
        var (code, _, error) = await TrainAsync();
        Assert.Equal(2, code);
        Assert.Contains($"{Path.Combine(Data, "annotations.json")}: {expected}", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_WrongUse_IsSaidInASentence()
    {
        await GenerateAsync(2);
        await ExpectAsync(2, "there is no such checkpoint", "--weights", "nowhere.pkl");
        await ExpectAsync(
            2,
            "run 'streaming weights fetch detectron2://ImageNetPretrained/MSRA/R-50.pkl'",
            "--set", "MODEL.WEIGHTS=detectron2://ImageNetPretrained/MSRA/R-50.pkl");
        await ExpectAsync(
            2,
            "MODEL.RPN.BBOX_REG_LOSS_TYPE: 'giou' is not supported",
            "--set", "MODEL.RPN.BBOX_REG_LOSS_TYPE=giou");
        await ExpectAsync(
            1,
            "MODEL.ROI_HEADS.NUM_CLASSES is 5, the data set has 2 categories: set it to 2.",
            "--set", "MODEL.ROI_HEADS.NUM_CLASSES=5");
        await ExpectAsync(1, "has no checkpoint to go on from", "--resume");
        await ExpectAsync(2, "--threads 0 is not supported; supported: a whole number from 1 to 1024.", "--threads", "0");
        var picture = Path.Combine(Data, "images", "000001.jpg");
        await File.WriteAllTextAsync(picture, "no picture", TestContext.Current.CancellationToken);
        await ExpectAsync(2, "000001.jpg: the picture cannot be decoded");
    }

    [Theory]
    [InlineData("--size", "9x9", "--size 9x9 is not supported; supported: WIDTHxHEIGHT")]
    [InlineData(
        "--classes",
        "car,tram",
        "--classes car,tram is not supported; supported: some of pedestrian,cyclist,car,bus,truck,dog")]
    [InlineData("--images", "0", "--images 0 is not supported; supported: a whole number from 1 to 1000000.")]
    public async Task Generate_WrongOption_SaysWhatIsSupported(string option, string value, string expected)
    {
        var (code, _, error) = await CommandLine.RunAsync("generate", Data, option, value);
        Assert.Equal(2, code);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_Video_IsReadable()
    {
        var path = _folder.File("street.mp4");
        var (code, _, error) = await CommandLine.RunAsync("generate", path, "--frames", "5", "--size", "320x180", "--seed", "3");
        Assert.True(code == 0, error);
        (code, var output, error) = await CommandLine.RunAsync("probe", path, "--json");
        Assert.True(code == 0, error);
        var video = JsonDocument.Parse(output).RootElement;
        Assert.Equal((320, 180), (video.GetProperty("width").GetInt32(), video.GetProperty("height").GetInt32()));
    }

    private async Task ExpectAsync(int expectedCode, string expected, params string[] more)
    {
        var (code, _, error) = await TrainAsync(more);
        Assert.True(code == expectedCode && error.Contains(expected, StringComparison.Ordinal), $"{code}: {error}");
    }

    private async Task GenerateAsync(int images)
    {
        var (code, _, error) = await CommandLine.RunAsync(
            "generate", Data, "--images", $"{images}", "--size", "320x180", "--classes", "car,truck");
        Assert.True(code == 0, error);
    }

    private Task<(int Code, string Output, string Error)> TrainAsync(params string[] more)
    {
        return CommandLine.RunAsync(
            ["train", "--config", Golden.File("tiny.yaml"), "--data", Data, "--output", Trained, .. Small, .. more]);
    }
}
