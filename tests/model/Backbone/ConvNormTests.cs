using Streaming.Model.Backbone;
using Streaming.Model.Ops;
using Streaming.Model.Structures;
using static TorchSharp.torch;

namespace Streaming.Model.Tests.Backbone;

/// <summary>The ways in which a layer can be computed give the same.</summary>
public sealed class ConvNormTests
{
    public ConvNormTests()
    {
        Streaming.Model.Native.LibTorch.Load();
        Assert.SkipUnless(FusedOps.Have(ScalarType.Float32), "this libtorch or processor has no oneDNN operations");
    }

    [Fact]
    public void UseWinograd_GivesTheSame()
    {
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        using var layer = new ConvNorm(128, 128, 3);
        foreach (var parameter in layer.parameters())
        {
            parameter.normal_();
        }

        var (x, sum) = (randn(1, 128, 9, 6).ToChannelsLast(), randn(1, 128, 9, 6).ToChannelsLast());
        var (plain, rectified, total) = (layer.forward(x), layer.ForwardRelu(x), layer.ForwardOnto(sum.clone(), x, rectifies: true));
        layer.Fuse();
        layer.UseWinograd();
        AssertClose(plain, layer.forward(x));
        AssertClose(rectified, layer.ForwardRelu(x));
        AssertClose(total, layer.ForwardOnto(sum.clone(), x, rectifies: true));
        // The digits tell that it is another way.
        Assert.NotEqual(plain.ToArray<float>(), layer.forward(x).ToArray<float>());

        static void AssertClose(Tensor expected, Tensor actual)
        {
            Close.RelativeToLargest(expected.ToArray<float>(), actual.ToArray<float>(), 1e-5, "layer");
        }
    }
}
