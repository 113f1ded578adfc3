using Streaming.Config.Detectron;
using Streaming.Model.Layers;
using Streaming.Model.Ops;
using Streaming.Model.Structures;
using static TorchSharp.torch;

namespace Streaming.Model.Tests.Layers;

/// <summary>The ways in which a convolution can be computed give the same.</summary>
public sealed class ConvolutionTests
{
    public static TheoryData<string, string?, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, string?, int>();
            foreach (var kind in new[] { nameof(FoldedConvolution), nameof(OneDnnConvolution), nameof(WinogradConvolution) })
            {
                foreach (var norm in new[] { null, nameof(NormKind.FrozenBN), nameof(NormKind.BN) })
                {
                    cases.Add(kind, norm, 1);
                    if (kind != nameof(WinogradConvolution))
                    {
                        cases.Add(kind, norm, 2);
                    }
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Forward_OfEachKind_GivesWhatTheModuleDoes(string kind, string? normName, int stride)
    {
        NormKind? norm = normName is null ? null : Enum.Parse<NormKind>(normName);
        var isThere = kind == nameof(FoldedConvolution) || OneDnnOps.Have(ScalarType.Float32);
        Assert.SkipUnless(isThere, "this libtorch or processor has no oneDNN operations");
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        manual_seed(1);
        var module = Module(new ConvolutionShape(128, 128, 3, stride, Norm: norm));
        var x = randn(1, 128, 9, 6).ToChannelsLast();
        var plain = module.Forward(x);
        var relu = module.ForwardRelu(x);
        var sum = randn_like(plain).ToChannelsLast();
        var total = module.ForwardOnto(sum.clone(), x, withRelu: false);
        var totalRelu = module.ForwardOnto(sum.clone(), x, withRelu: true);

        var weights = ConvolutionWeights.Take(module, ScalarType.Float32);
        IConvolution layer = kind switch
        {
            nameof(OneDnnConvolution) => new OneDnnConvolution(weights),
            nameof(WinogradConvolution) => new WinogradConvolution(weights),
            _ => new FoldedConvolution(weights),
        };
        AssertClose(plain, layer.Forward(x));
        AssertClose(relu, layer.ForwardRelu(x));
        AssertClose(total, layer.ForwardOnto(sum.clone(), x, withRelu: false));
        AssertClose(totalRelu, layer.ForwardOnto(sum.clone(), x, withRelu: true));
        if (norm is not null || kind == nameof(WinogradConvolution))
        {
            // The digits show that it was computed another way.
            Assert.NotEqual(plain.ToArray<float>(), layer.Forward(x).ToArray<float>());
        }

        ((IDisposable)layer).Dispose();
        weights.Dispose();

        static void AssertClose(Tensor expected, Tensor actual)
        {
            Close.RelativeToLargest(expected.ToArray<float>(), actual.ToArray<float>(), 1e-5, "layer");
        }
    }

    /// <summary>What is narrower reads the input in its own type, and only those pixels that a stride leaves.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(3, 2)]
    public void Forward_NarrowerThanItsInput_IsTheFoldedOneRounded(int kernel, int stride)
    {
        Assert.SkipUnless(OneDnnOps.Have(ScalarType.BFloat16), "this processor has no oneDNN operations in bfloat16");
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        manual_seed(1);
        var module = Module(new ConvolutionShape(16, 24, kernel, stride, Norm: NormKind.FrozenBN));
        var weights = ConvolutionWeights.Take(module, ScalarType.BFloat16);
        var x = randn(2, 16, 9, 7).ToChannelsLast();
        using var folded = new FoldedConvolution(weights);
        using var fused = new OneDnnConvolution(weights);
        var (expected, actual) = (folded.ForwardRelu(x), fused.ForwardRelu(x));
        Assert.Equal((ScalarType.BFloat16, ScalarType.BFloat16), (expected.dtype, actual.dtype));
        Close.RelativeToLargest(
            MixedPrecision.Full(expected).ToArray<float>(), MixedPrecision.Full(actual).ToArray<float>(), 1e-2, "layer");
    }

    private static ConvNorm Module(ConvolutionShape shape)
    {
        var module = new ConvNorm(shape);
        module.eval();
        foreach (var (name, tensor) in module.state_dict().Where(item => item.Value.is_floating_point()))
        {
            if (name.EndsWith("running_var", StringComparison.Ordinal))
            {
                tensor.uniform_(0.5, 2);
            }
            else
            {
                tensor.normal_();
            }
        }

        return module;
    }
}
