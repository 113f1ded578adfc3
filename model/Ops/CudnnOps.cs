using System.Runtime.InteropServices;
using Streaming.Model.Profiling;
using Streaming.Model.Structures;
using static TorchSharp.torch;

namespace Streaming.Model.Ops;

/// <summary>
/// cuDNN's convolutions that take a bias, a sum and a ReLU along in one pass, for detecting. TorchSharp does not bind them;
/// TorchScript as text reaches every operation of aten. The text is constant, since one that libtorch cannot compile would end
/// the process.
/// </summary>
internal static class CudnnOps
{
    private const string Code = """
        def convolution_relu(x, w, b, stride: int, padding: int, groups: int):
            return torch.cudnn_convolution_relu(x, w, b, [stride, stride], [padding, padding], [1, 1], groups)

        def convolution_add_relu(x, w, z, b, stride: int, padding: int, groups: int):
            return torch.cudnn_convolution_add_relu(x, w, z, 1., b, [stride, stride], [padding, padding], [1, 1], groups)

        """;

    private static readonly Lazy<jit.CompilationUnit> Compiled = new(() => jit.compile(Code.ReplaceLineEndings("\n")));

    /// <summary>
    /// Whether a device has them for a type: tried on a small example, whose result must be that of the single operations.
    /// </summary>
    public static bool Have(Device device, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        try
        {
            Tensor Wave(params long[] shape)
            {
                return linspace(-2, 3, shape[0] * shape[1] * shape[2] * shape[3], device: device).sin().reshape(shape)
                    .ToChannelsLast().to(type);
            }

            var (x, w, z, b) = (
                Wave(2, 16, 9, 11), Wave(24, 16, 3, 3), Wave(2, 24, 9, 11), linspace(-1, 1, 24, device: device).to(type));
            var convolved = nn.functional.conv2d(x, w, b, padding: [1, 1]);
            return AreClose(convolved.relu(), ConvolutionRelu(x, w, b, 1, 1, 1))
                && AreClose(convolved.Plus(z).relu(), ConvolutionAddRelu(x, w, z, b, 1, 1, 1));
        }
        catch (ExternalException)
        {
            return false;
        }

        // A sum is rounded once instead of twice or three times.
        static bool AreClose(Tensor expected, Tensor actual)
        {
            var (a, b) = (expected.to(ScalarType.Float32), actual.to(ScalarType.Float32));
            return (a - b).abs().max().ToArray<float>()[0] <= 2e-2 * a.abs().max().ToArray<float>()[0];
        }
    }

    /// <summary>A convolution with a bias, then a ReLU. The caller owns the result.</summary>
    public static Tensor ConvolutionRelu(Tensor x, Tensor weight, Tensor bias, int stride, int padding, int groups)
    {
        var output = (Tensor)Compiled.Value.invoke("convolution_relu", x, weight, bias, stride, padding, groups);
        NetworkProfile.Count(output, weight.numel() / weight.size(0), x, weight);
        return output;
    }

    /// <summary>A convolution with a bias, added to a sum, then a ReLU. The caller owns the result.</summary>
    public static Tensor ConvolutionAddRelu(Tensor x, Tensor weight, Tensor sum, Tensor bias, int stride, int padding, int groups)
    {
        var output = (Tensor)Compiled.Value.invoke("convolution_add_relu", x, weight, sum, bias, stride, padding, groups);
        NetworkProfile.Count(output, weight.numel() / weight.size(0), sum, x, weight);
        return output;
    }
}
