using Microsoft.Extensions.Logging.Abstractions;
using Streaming.Config.Detectron;
using Streaming.Config.Run;
using Streaming.Model.Layers;
using Streaming.Model.Networks;
using Streaming.Model.Ops;
using Streaming.Model.Planning;
using Streaming.Model.Structures;
using TorchSharp;
using static TorchSharp.torch;

namespace Streaming.Model.Tests.Planning;

/// <summary>What becomes of loaded modules.</summary>
public sealed class InferencePlannerTests
{
    private static readonly ModelConfig Config = ModelConfigReader.Read(Testing.Golden.File("tiny.yaml"));

    [Theory]
    [InlineData(Precision.Fp32, false, false)]
    [InlineData(Precision.Fp32, true, false)]
    [InlineData(Precision.Bf16, false, true)]
    public void For_EachOption_PlansWhatItAllows(Precision precision, bool isExact, bool winograd)
    {
        var options = new DetectorOptions { Precision = precision, IsExact = isExact, UsesWinograd = winograd };
        var type = MixedPrecision.TypeOf(precision);
        var onCpu = InferencePlan.For(options, CPU);
        var library = !isExact && OneDnnOps.Have(type) ? LayerLibrary.OneDnn : LayerLibrary.None;
        Assert.Equal((type, isExact, library), (onCpu.Type, onCpu.IsExact, onCpu.Library));
        Assert.Equal(winograd && library == LayerLibrary.OneDnn, onCpu.UsesWinograd);
        var onGpu = InferencePlan.For(options, new Device(DeviceType.CUDA, 0));
        Assert.Equal(isExact ? LayerLibrary.None : LayerLibrary.Cudnn, onGpu.Library);
        Assert.False(onGpu.UsesWinograd);
    }

    /// <summary>A layer that takes over a module's numbers leaves nothing in it: weights are not held twice.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Build_ForDetecting_UsesUpConvolutions(bool fuses)
    {
        var library = Library(fuses);
        var modules = Filled();
        var convolutions = modules.modules().OfType<ConvNorm>().ToArray();
        Assert.True(convolutions.Length > 50);
        var (network, layers) = Build(modules, new InferencePlan { Device = CPU, Library = library });
        Assert.All(convolutions, convolution => Assert.True(convolution.Weight.IsInvalid));
        network.Dispose();
        layers.Dispose();
    }

    [Fact]
    public void Build_Exact_ComputesWithTheModulesThemselves()
    {
        var modules = Filled();
        var convolutions = modules.modules().OfType<ConvNorm>().ToArray();
        var before = convolutions[^1].Weight.ToArray<float>();
        var (network, layers) = Build(modules, new InferencePlan { Device = CPU, IsExact = true });
        Assert.All(convolutions, convolution => Assert.False(convolution.Weight.IsInvalid));
        Assert.Equal(before, convolutions[^1].Weight.ToArray<float>());
        network.Dispose();
        layers.Dispose();
        Assert.All(convolutions, convolution => Assert.True(convolution.Weight.IsInvalid));
    }

    /// <summary>The same weights, planned in any way, find the same.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Build_ByAnyPlan_FindsWhatTheExactNetworkDoes(bool fuses, bool winograd)
    {
        var library = Library(fuses);
        using var exact = TestDetectors.Build(Config, Weights, new InferencePlan { Device = CPU, IsExact = true });
        using var planned = TestDetectors.Build(
            Config, Weights, new InferencePlan { Device = CPU, Library = library, UsesWinograd = winograd });
        var size = new ImageSize(128, 160);
        using var image = exact.Preprocess(new ImageView(TestImages.Noise(size, 1), size));
        var (expected, actual) = (exact.Detect([image])[0], planned.Detect([image])[0]);
        Assert.InRange(expected.Count, 10, 100);
        Assert.Equal(expected.Classes, actual.Classes);
        Close.Absolute(expected.Scores, actual.Scores, 1e-4, "scores");
        Close.Absolute(expected.Masks, actual.Masks, 1e-4, "masks");
    }

    [Theory]
    [InlineData("backbone.bottom_up.stem.conv1", true, false)]
    [InlineData("backbone.bottom_up.res2.0.conv2", true, false)]
    [InlineData("backbone.bottom_up.res3.1.conv3", true, false)]
    [InlineData("backbone.bottom_up.res3.1.conv2", false, false)]
    [InlineData("backbone.fpn_lateral5", true, false)]
    [InlineData("backbone.fpn_lateral3", false, false)]
    [InlineData("proposal_generator.rpn_head.anchor_deltas", true, true)]
    [InlineData("roi_heads.box_predictor.cls_score", true, true)]
    [InlineData("roi_heads.mask_head.predictor", false, false)]
    public void NeedsFloat32_OfALayer_DependsOnTheType(string layer, bool inBfloat16, bool inFloat16)
    {
        var architecture = Architectures.Of(Config);
        Assert.Equal(inBfloat16, architecture.NeedsFloat32(layer, ScalarType.BFloat16));
        Assert.Equal(inFloat16, architecture.NeedsFloat32(layer, ScalarType.Float16));
    }

    [Fact]
    public void Of_AConfiguration_SaysWhatComesOut()
    {
        Assert.Equal(NetworkOutputs.Boxes | NetworkOutputs.Masks, Architectures.Of(Config).Outputs);
        Assert.Equal(NetworkOutputs.Boxes, Architectures.Of(Config with { MaskHead = null }).Outputs);
        Assert.Equal(Config.RoiHeads.NumClasses, Architectures.Of(Config).ClassCount);
    }

    private static WeightsSource Weights => WeightsSource.Parse("synthetic:tiny-1:tiny");

    private static LayerLibrary Library(bool fuses)
    {
        Assert.SkipUnless(!fuses || OneDnnOps.Have(ScalarType.Float32), "this libtorch or processor has no oneDNN operations");
        return fuses ? LayerLibrary.OneDnn : LayerLibrary.None;
    }

    private static ModuleScope Filled()
    {
        return Detector.LoadModules(Architectures.Of(Config), Weights, checkpoint: null, NullLogger.Instance);
    }

    private static (INetwork Network, IDisposable Layers) Build(ModuleScope modules, InferencePlan plan)
    {
        return InferencePlanner.Build(Architectures.Of(Config), modules, plan, NetworkTarget.Of(CPU));
    }
}
