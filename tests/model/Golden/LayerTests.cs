using Streaming.Config.Detectron;
using Streaming.Model.Backbone;
using Streaming.Model.Layers;
using Streaming.Model.Structures;
using static TorchSharp.torch;

namespace Streaming.Model.Tests.Golden;

/// <summary>
/// Layers with weights against detectron2's result (ops.safetensors). Not under <see cref="NoLeakedTensorsAttribute"/>:
/// TorchSharp's counter stays one too high for every Parameter that was ever made, disposed or not.
/// </summary>
public sealed class LayerTests
{
    /// <summary>
    /// float32 rounds relative to a number's size: detectron2's own noise, float32 against float64, is 2.5e-7 of the largest
    /// number of a layer's output (section 4 of the folder's README). Four times that leaves room for the noise of both sides
    /// and for sums in another order, whatever size the numbers have.
    /// </summary>
    private const double Tolerance = 1e-6;

    private static GoldenFile File => GoldenFile.Open("ops.safetensors");

    [Fact]
    public void FrozenBatchNorm_BothPaths_EqualReference()
    {
        using var norm = new FrozenBatchNorm2d((int)File.Shape("frozen_bn/weight")[0]);
        Tensors.Load(norm, File, "frozen_bn");
        using var x = Tensors.Of(File, "frozen_bn/x");
        using var y = norm.forward(x);
        Close.RelativeToLargest(File.Read<float>("frozen_bn/y"), y.ToArray<float>(), Tolerance, "y");

        x.requires_grad_(true);
        using var z = norm.forward(x);
        using var detached = z.detach();
        Close.RelativeToLargest(File.Read<float>("frozen_bn/y_grad_path"), detached.ToArray<float>(), Tolerance, "y_grad_path");
    }

    [Fact]
    public void Fpn_OverGivenStages_EqualsReference()
    {
        using var scope = NewDisposeScope();
        const string Prefix = "fpn/in/";
        var names = File.Names.Where(name => name.StartsWith(Prefix, StringComparison.Ordinal));
        string[] stages = [.. names.Select(name => name[Prefix.Length..]).Order()];
        var inputs = stages.ToDictionary(stage => stage, stage => Tensors.Of(File, $"fpn/in/{stage}"));
        var shapes = stages.ToDictionary(
            stage => stage, stage => new ShapeSpec((int)inputs[stage].size(1), 1 << (stage[3] - '0')));
        using var modules = new ModuleScope("fpn");
        var fpn = new Fpn(modules, shapes, new FpnConfig(stages, (int)File.Shape("fpn/out/p2")[1], FpnFuse.Sum));
        using (no_grad())
        {
            foreach (var (name, target) in modules.state_dict())
            {
                target.copy_(Tensors.Of(File, $"fpn/weights/{name}"));
            }

            foreach (var (level, output) in fpn.Forward(inputs))
            {
                Close.RelativeToLargest(File.Read<float>($"fpn/out/{level}"), output.ToArray<float>(), Tolerance, level);
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Bottleneck_StrideInEitherConvolution_EqualsReference(bool strideIn1X1)
    {
        var inChannels = (int)File.Shape("bottleneck/x")[1];
        var width = (int)File.Shape("bottleneck/weights/conv1.weight")[0];
        var outChannels = (int)File.Shape("bottleneck/weights/conv3.weight")[0];
        using var modules = new ModuleScope("block");
        var config = new ResNetConfig(50, NormKind.FrozenBN, 1, width, 1, outChannels, strideIn1X1, 0);
        var block = new BottleneckBlock(modules, inChannels, outChannels, width, 2, config);
        Tensors.Load(modules, File, "bottleneck/weights");
        using var guard = no_grad();
        using var x = Tensors.Of(File, "bottleneck/x");
        using var y = block.Forward(x);
        var expected = File.Read<float>($"bottleneck/stride_in_{(strideIn1X1 ? "1x1" : "3x3")}_out");
        Close.RelativeToLargest(expected, y.ToArray<float>(), Tolerance, "y");
    }

    [Fact]
    public void Layers_DeconvolutionPoolingUpsampling_EqualReference()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var x = Tensors.Of(File, "layers/x");
        var shape = File.Shape("layers/deconv_weight");
        using var deconvolution = new Deconvolution((int)shape[0], (int)shape[1]);
        var state = deconvolution.state_dict();
        state["weight"].copy_(Tensors.Of(File, "layers/deconv_weight"));
        state["bias"].copy_(Tensors.Of(File, "layers/deconv_bias"));
        var deconvolved = deconvolution.Forward(x).ToArray<float>();
        Close.RelativeToLargest(File.Read<float>("layers/deconv_out"), deconvolved, Tolerance, "deconv");
        var (pooled, subsampled) = (nn.functional.max_pool2d(x, 3, 2, 1), nn.functional.max_pool2d(x, 1, 2, 0));
        Close.Absolute(File.Read<float>("layers/maxpool_3_2_1"), pooled.ToArray<float>(), 0, "maxpool");
        Close.Absolute(File.Read<float>("layers/subsample_1_2_0"), subsampled.ToArray<float>(), 0, "subsample");
        var upsampled = nn.functional.interpolate(x, scale_factor: [2, 2], mode: InterpolationMode.Nearest);
        Close.Absolute(File.Read<float>("layers/upsample_nearest_2"), upsampled.ToArray<float>(), 0, "upsample");
    }
}
