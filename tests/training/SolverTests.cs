using Streaming.Config.Detectron;
using Streaming.Model.Ops;
using Streaming.Model.Structures;
using Streaming.Training;
using static TorchSharp.torch;

namespace Streaming.Training.Tests;

/// <summary>Learning rates and steps.</summary>
public sealed class SolverTests
{
    private static TrainingConfig Read(params string[] overrides)
    {
        return TrainingConfigReader.Read("mask_rcnn_R_50_FPN_3x", overrides);
    }

    /// <summary>
    /// fvcore's values, worked out by hand: a warm-up from a thousandth over 1000 iterations, then tenths at 210000 and 250000.
    /// </summary>
    [Theory]
    [InlineData(0, 0.02 * 0.001)]
    [InlineData(500, 0.02 * 0.5005)]
    [InlineData(999, 0.02 * 0.999001)]
    [InlineData(1000, 0.02)]
    [InlineData(209_999, 0.02)]
    [InlineData(210_000, 0.002)]
    [InlineData(250_000, 0.0002)]
    public void LearningRate_OfTheThreeTimesSchedule_IsDetectrons(int iteration, double expected)
    {
        Assert.Equal(expected, LearningRate.At(Read().Solver, iteration), 1e-12);
    }

    [Theory]
    [InlineData(0, 0.001 * 0.1)]
    [InlineData(50, (0.001 * 0.5 * 0.1) + (0.5 * 0.1 * 0.5 * (1 + 0.95105651629515353)))]
    [InlineData(500, 0.1 * 0.5)]
    [InlineData(1000, 0)]
    public void LearningRate_AlongACosine_EndsAtItsEnd(int iteration, double expected)
    {
        var config = Read(
            "SOLVER.LR_SCHEDULER_NAME=WarmupCosineLR",
            "SOLVER.MAX_ITER=1000",
            "SOLVER.BASE_LR=0.1",
            "SOLVER.WARMUP_ITERS=100");
        var solver = config.Solver;
        Assert.Equal(expected, LearningRate.At(solver, iteration), 1e-12);
    }

    [Fact]
    public void LearningRate_ConstantWarmup_JumpsAtItsEnd()
    {
        var solver = Read("SOLVER.WARMUP_METHOD=constant", "SOLVER.WARMUP_FACTOR=0.25").Solver;
        Assert.Equal((0.005, 0.02), (LearningRate.At(solver, 999), LearningRate.At(solver, 1000)));
    }

    [Theory]
    [InlineData("SOLVER.NESTEROV=False")]
    [InlineData("SOLVER.NESTEROV=True")]
    [InlineData("SOLVER.MOMENTUM=0.0")]
    public void Step_AFewTimes_EqualsLibtorchsSgd(string setting)
    {
        var config = Read(setting, "SOLVER.WEIGHT_DECAY=0.01", "SOLVER.WEIGHT_DECAY_BIAS=0.01").Solver;
        using var ours = nn.Linear(5, 4);
        using var theirs = nn.Linear(5, 4);
        theirs.load_state_dict(ours.state_dict());
        using var solver = new Sgd(ours, config);
        using var reference = optim.SGD(
            theirs.parameters(), 0.05, config.Momentum, weight_decay: 0.01, nesterov: config.IsNesterov);
        for (var i = 0; i < 4; i++)
        {
            using var scope = NewDisposeScope();
            var input = rand(3, 5);
            reference.zero_grad();
            ours.forward(input).square().sum().backward();
            theirs.forward(input).square().sum().backward();
            solver.Step(0.05);
            reference.step();
        }

        Close.Absolute(theirs.weight.ToArray<float>(), ours.weight.ToArray<float>(), 1e-6, "weight");
        Close.Absolute(theirs.bias!.ToArray<float>(), ours.bias!.ToArray<float>(), 1e-6, "bias");
    }

    [Theory]
    [InlineData("value", 0.1f)]
    [InlineData("norm", 0.05f)]
    public void Step_WithClipping_GoesNoFarther(string kind, float expected)
    {
        var config = Read(
            "SOLVER.CLIP_GRADIENTS.ENABLED=True",
            $"SOLVER.CLIP_GRADIENTS.CLIP_TYPE={kind}",
            "SOLVER.CLIP_GRADIENTS.CLIP_VALUE=0.1",
            "SOLVER.WEIGHT_DECAY=0.0",
            "SOLVER.MOMENTUM=0.0").Solver;
        using var module = nn.Linear(4, 1, hasBias: false);
        using var scope = NewDisposeScope();
        var before = module.weight.ToArray<float>();
        module.forward(full([1, 4], Scalars.Of(1000))).sum().backward();
        using var solver = new Sgd(module, config);
        solver.Step(1);
        Close.Absolute(before.Select(value => value - expected).ToArray(), module.weight.ToArray<float>(), 1e-5, kind);
    }

    [Fact]
    public void SmoothL1_AroundItsBend_EqualsItsDefinition()
    {
        using var scope = NewDisposeScope();
        using var predicted = from_array(new[] { 0f, 0.05f, -0.1f, 0.5f });
        using var truth = zeros(4);
        Assert.Equal(0.65f, LossFunctions.SmoothL1Sum(predicted, truth, 0).item<float>(), 1e-6f);
        Assert.Equal(
            (0.5f * 0.0025f / 0.1f) + 0.05f + 0.45f,
            LossFunctions.SmoothL1Sum(predicted, truth, 0.1).item<float>(),
            1e-6f);
    }

    [Fact]
    public void Match_WithoutTruth_IsAllBackground()
    {
        var (matches, labels) = Matcher.Match([], [new Box(0, 0, 1, 1)], Read().Rpn.Matching, allowLowQuality: true);
        Assert.Equal(0, Assert.Single(matches));
        Assert.Equal(0, Assert.Single(labels));
    }

    [Fact]
    public void Match_NothingGoodEnough_StillTakesTheBest()
    {
        Box[] anchors = [new(0, 0, 10, 10), new(0, 0, 10, 20), new(50, 50, 60, 60)];
        var (_, labels) = Matcher.Match([new Box(0, 0, 10, 40)], anchors, Read().Rpn.Matching, allowLowQuality: true);
        Assert.Equal([0, 1, 0], labels);
    }

    [Fact]
    public void Choose_MoreThanWanted_KeepsThePart()
    {
        var sampler = new RandomSubsampler(new Random(1));
        var (positives, negatives) = sampler.Choose(
            [.. Enumerable.Range(0, 500)],
            [.. Enumerable.Range(1000, 500)],
            Read().RoiHeads.Matching with { BatchSizePerImage = 100 });
        Assert.Equal((25, 75), (positives.Distinct().Count(), negatives.Distinct().Count()));
        Assert.All(positives, index => Assert.InRange(index, 0, 499));
    }
}
