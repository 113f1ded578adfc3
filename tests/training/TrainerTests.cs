using System.Globalization;
using System.Text.Json;
using Streaming.Config.Detectron;
using Streaming.Model;
using Streaming.Model.Ops;
using Streaming.Model.Structures;
using Streaming.Model.Weights;
using Streaming.Stages.Cv;
using Streaming.Training;
using Streaming.Training.Data;
using Streaming.Training.Evaluation;
using Streaming.Training.Progress;

namespace Streaming.Training.Tests;

/// <summary>Whole training runs of a small network on drawn rectangles and discs.</summary>
public sealed class TrainerTests : IDisposable
{
    private static readonly ImageSize Size = new(96, 128);
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public void Run_OnFourPictures_LearnsThemByHeart()
    {
        var (set, validation) = Data(4);
        var seen = new Observer();
        var config = Config(
            "SOLVER.MAX_ITER=200",
            "SOLVER.BASE_LR=0.01",
            "SOLVER.CLIP_GRADIENTS.ENABLED=True",
            "SOLVER.CLIP_GRADIENTS.CLIP_TYPE=norm");
        using var trainer = NewTrainer(config, set, Options(validation), seen);
        Assert.True(trainer.Run(TestContext.Current.CancellationToken));
        var evaluation = Assert.Single(seen.Evaluations);
        Assert.True(
            evaluation.Boxes.AP > 0.95,
            $"box AP {evaluation.Boxes.AP}, loss {seen.Steps[0].TotalLoss} to {seen.Steps[^1].TotalLoss}");
        Assert.True(evaluation.Masks!.AP > 0.8, $"mask AP {evaluation.Masks.AP}");
    }

    [Fact]
    public void Run_StoppedAndResumed_GivesTheSameWeightsToTheBit()
    {
        var (set, _) = Data(5);
        var config = Config(
            "SOLVER.MAX_ITER=6", "SOLVER.IMS_PER_BATCH=2", "DATALOADER.NUM_WORKERS=2", "SOLVER.CHECKPOINT_PERIOD=100");
        using (var whole = NewTrainer(config, set, Options() with { Folder = Sub("whole") }))
        {
            Assert.True(whole.Run(default));
        }

        using var stop = new CancellationTokenSource();
        var stopping = new Observer { OnEach = step => Cancel(step.Iteration == 2) };
        using (var first = NewTrainer(config, set, Options() with { Folder = Sub("parts") }, stopping))
        {
            Assert.False(first.Run(stop.Token));
        }

        var second = new Observer();
        using (var rest = NewTrainer(config, set, Options() with { Folder = Sub("parts"), Resumes = true }, second))
        {
            Assert.True(rest.Run(default));
        }

        Assert.Equal([3, 4, 5], second.Steps.Select(step => step.Iteration));
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(Sub("whole"), "model_final.safetensors")),
            File.ReadAllBytes(Path.Combine(Sub("parts"), "model_final.safetensors")));
        Assert.Equal(["square", "disc"], WeightsFiles.ReadClasses(Path.Combine(Sub("whole"), "model_final.safetensors")));

        void Cancel(bool isTime)
        {
            if (isTime)
            {
                stop.Cancel();
            }
        }
    }

    [Fact]
    public void Run_LossNoLongerFinite_StopsAndNamesIterationAndPictures()
    {
        var (set, _) = Data(4);
        var config = Config("SOLVER.BASE_LR=1000.0", "SOLVER.WARMUP_ITERS=0", "SOLVER.MAX_ITER=50");
        using var trainer = NewTrainer(config, set, Options());
        var exception = Assert.Throws<TrainingException>(() => trainer.Run(default));
        Assert.Matches(@"^Iteration \d+: loss_\w+ is .*, with (\d\.png(, )?){4}\. Lower SOLVER\.BASE_LR", exception.Message);
    }

    [Fact]
    public void Create_FromAnotherNumberOfClasses_NeedsTheFlag()
    {
        var (set, _) = Data(2);
        var weights = Sub("one-class") + ".safetensors";
        using (var network = Architectures.Of(Config("MODEL.ROI_HEADS.NUM_CLASSES=1").Model).Modules())
        {
            WeightsLoader.LoadSynthetic(network, new SyntheticWeights("a", "tiny"));
            WeightsFiles.Save(network, weights);
        }

        var options = Options() with { Weights = new WeightsSource(weights, null, "") };
        var exception = Assert.Throws<ModelLoadException>(() => NewTrainer(Config(), set, options));
        Assert.Contains("was trained with another number of classes: roi_heads.", exception.Message, StringComparison.Ordinal);
        Assert.Contains("or train for new classes", exception.Message, StringComparison.Ordinal);

        var seen = new Observer();
        using var trainer = NewTrainer(Config("SOLVER.MAX_ITER=1"), set, options with { IsForNewClasses = true }, seen);
        Assert.True(trainer.Run(default));
        Assert.Equal(
            [
                "roi_heads.box_predictor.bbox_pred.bias",
                "roi_heads.box_predictor.bbox_pred.weight",
                "roi_heads.box_predictor.cls_score.bias",
                "roi_heads.box_predictor.cls_score.weight",
                "roi_heads.mask_head.predictor.bias",
                "roi_heads.mask_head.predictor.weight",
            ],
            seen.Fresh.Order());
    }

    [Fact]
    public void Create_OtherClassesOrPictures_SaysWhatDiffers()
    {
        var (set, _) = Data(2);
        var classes = Assert.Throws<ModelLoadException>(
            () => NewTrainer(Config("MODEL.ROI_HEADS.NUM_CLASSES=7"), set, Options()));
        Assert.Equal("MODEL.ROI_HEADS.NUM_CLASSES is 7, the data set has 2 categories: set it to 2.", classes.Message);
        var nothing = Assert.Throws<ModelLoadException>(() => NewTrainer(Config(), set, Options() with { Resumes = true }));
        Assert.Contains("has no checkpoint to go on from", nothing.Message, StringComparison.Ordinal);
    }

    private static Trainer NewTrainer(
        TrainingConfig config, TrainingSet set, TrainerOptions options, Observer? observer = null)
    {
        return new Trainer(config, set, Picture, options, observer ?? new Observer(), TimeProvider.System);
    }

    private static TrainingConfig Config(params string[] overrides)
    {
        return TrainingConfigReader.Read(Testing.Golden.File("tiny.yaml"), [
            "MODEL.RESNETS.DEPTH=18", "MODEL.RESNETS.NORM=BN", "MODEL.BACKBONE.FREEZE_AT=0",
            "MODEL.ROI_HEADS.NUM_CLASSES=2", "MODEL.ROI_HEADS.BATCH_SIZE_PER_IMAGE=32",
            "MODEL.ANCHOR_GENERATOR.SIZES=[[16],[24],[32],[64],[128]]",
            "MODEL.RPN.POST_NMS_TOPK_TRAIN=100", "MODEL.RPN.POST_NMS_TOPK_TEST=50",
            "INPUT.MIN_SIZE_TRAIN=(96,)", "INPUT.MIN_SIZE_TEST=96",
            "SOLVER.IMS_PER_BATCH=4", "SOLVER.WARMUP_ITERS=20", "SOLVER.STEPS=(150,)",
            "DATALOADER.NUM_WORKERS=1", "SEED=1", .. overrides]);
    }

    private TrainerOptions Options(ValidationSet? validation = null)
    {
        return new TrainerOptions
        {
            Folder = _folder.Path,
            Validation = validation,
            Device = new DetectorOptions { Device = "cpu" },
        };
    }

    private string Sub(string name)
    {
        return Directory.CreateDirectory(Path.Combine(_folder.Path, name)).FullName;
    }

    /// <summary>Pictures with a square and a disc each; the file's name says where.</summary>
    private (TrainingSet Set, ValidationSet Validation) Data(int count)
    {
        var (images, objects) = (new List<object>(), new List<object>());
        for (var i = 0; i < count; i++)
        {
            File.WriteAllText(Path.Combine(_folder.Path, $"{i}.png"), "");
            images.Add(new { id = i + 1, file_name = $"{i}.png", height = Size.Height, width = Size.Width });
            foreach (var (kind, x, y, radius) in Shapes(i))
            {
                double[] polygon = kind == 0
                    ? [x - radius, y - radius, x + radius, y - radius, x + radius, y + radius, x - radius, y + radius]
                    : [.. Enumerable.Range(0, 24).Select(p => p * Math.Tau / 24).SelectMany(Corner)];
                objects.Add(new
                {
                    id = objects.Count + 1,
                    image_id = i + 1,
                    category_id = kind + 1,
                    iscrowd = 0,
                    area = 4.0 * radius * radius,
                    bbox = new[] { x - radius, y - radius, 2 * radius, 2 * radius },
                    segmentation = new[] { polygon },
                });

                double[] Corner(double angle)
                {
                    return [x + (radius * Math.Cos(angle)), y + (radius * Math.Sin(angle))];
                }
            }
        }

        var categories = new[] { new { id = 1, name = "square" }, new { id = 2, name = "disc" } };
        var path = _folder.File(
            "annotations.json", JsonSerializer.Serialize(new { images, annotations = objects, categories }));
        var dataset = CocoDataset.Read(path);
        var training = TrainingSet.From(dataset, path, _folder.Path, needsMasks: true, skipsEmpty: true);
        return (training, new ValidationSet(dataset, _folder.Path));
    }

    private static IEnumerable<(int Kind, double X, double Y, double Radius)> Shapes(int image)
    {
        yield return (0, 22 + (image * 6), 28 + (image * 4), 11 + image);
        yield return (1, 94 - (image * 5), 64 - (image * 6), 13 + image);
    }

    private static (byte[] Pixels, ImageSize Size) Picture(string path)
    {
        var image = int.Parse(Path.GetFileNameWithoutExtension(path), CultureInfo.InvariantCulture);
        var pixels = new byte[Size.Height * Size.Width * 3];
        Array.Fill(pixels, (byte)90);
        foreach (var (kind, x, y, radius) in Shapes(image))
        {
            for (var row = 0; row < Size.Height; row++)
            {
                for (var column = 0; column < Size.Width; column++)
                {
                    var (dx, dy) = (column + 0.5 - x, row + 0.5 - y);
                    if (kind == 0 ? Math.Abs(dx) < radius && Math.Abs(dy) < radius : (dx * dx) + (dy * dy) < radius * radius)
                    {
                        pixels[(((row * Size.Width) + column) * 3) + kind] = 240;
                    }
                }
            }
        }

        return (pixels, Size);
    }

    private sealed class Observer : ITrainingObserver
    {
        public List<TrainingStep> Steps { get; } = [];

        public List<TrainingEvaluation> Evaluations { get; } = [];

        public IReadOnlyCollection<string> Fresh { get; private set; } = [];

        public Action<TrainingStep> OnEach { get; init; } = _ => { };

        public void OnStart(int firstIteration, IReadOnlyCollection<string> freshWeights, long seed)
        {
            Fresh = freshWeights;
        }

        public void OnStep(TrainingStep step)
        {
            Steps.Add(step);
            OnEach(step);
        }

        public void OnCheckpoint(string path)
        {
            Assert.True(File.Exists(path));
        }

        public void OnEvaluation(TrainingEvaluation evaluation)
        {
            Evaluations.Add(evaluation);
        }
    }
}
