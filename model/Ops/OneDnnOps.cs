using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;
using Streaming.Model.Native;
using Streaming.Model.Profiling;
using static TorchSharp.torch;

namespace Streaming.Model.Ops;

/// <summary>
/// oneDNN's operations that take a bias, a sum and a ReLU along in one pass, on the CPU and for detecting only. libtorch has them
/// for what PyTorch compiles (mkldnn::_convolution_pointwise and its kin); TorchSharp does not bind them. TorchScript reaches
/// them: not as text, where only aten has a name, but as an archive, which is written and read once for the process.
/// </summary>
internal static class OneDnnOps
{
    /// <summary>
    /// What libtorch must export for the archive to fit: the names carry the types of all arguments. An archive that does not fit
    /// would end the process, since libtorch's error for it is of a kind that TorchSharp does not catch.
    /// </summary>
    private static readonly string[] Needed =
    [
        "_ZN2at6native28mkldnn_convolution_pointwiseERKNS_6TensorES3_RKSt8optionalIS1_EN3c108ArrayRefIlEESA_S"
            + "A_lSt17basic_string_viewIcSt11char_traitsIcEENS8_4ListIS4_INS8_6ScalarEEEES4_ISE_E",
        "_ZN2at6native36mkldnn_convolution_pointwise_binary_ERNS_6TensorERKS1_S4_RKSt8optionalIS1_EN3c108Arra"
            + "yRefIlEESB_SB_lSt17basic_string_viewIcSt11char_traitsIcEES5_INS9_6ScalarEES5_ISF_ENS9_4ListISH_EESI_",
        "_ZN2at6native23mkldnn_linear_pointwiseERKNS_6TensorES3_RKSt8optionalIS1_ESt17basic_string_viewIcSt11"
            + "char_traitsIcEEN3c104ListIS4_INSC_6ScalarEEEES4_ISB_E",
        "_ZN2at6native28mkldnn_reorder_conv2d_weightERKNS_6TensorEN3c108ArrayRefIlEES6_S6_lNS4_16OptionalArrayRefIlEE",
    ];

    private const string Code = """
        class Fused(Module):
          __parameters__ = []
          __buffers__ = []
          training : bool
          def convolution(
              self: __torch__.Fused, x: Tensor, w: Tensor, b: Tensor, stride: int, padding: int, groups: int) -> Tensor:
            return ops.mkldnn._convolution_pointwise(
                x, w, b, [padding, padding], [stride, stride], [1, 1], groups, "none", annotate(List[Optional[number]], []), "")
          def convolution_relu(
              self: __torch__.Fused, x: Tensor, w: Tensor, b: Tensor, stride: int, padding: int, groups: int) -> Tensor:
            return ops.mkldnn._convolution_pointwise(
                x, w, b, [padding, padding], [stride, stride], [1, 1], groups, "relu", annotate(List[Optional[number]], []), "")
          def add_convolution(
              self: __torch__.Fused, sum: Tensor, x: Tensor, w: Tensor, b: Tensor,
              stride: int, padding: int, groups: int) -> Tensor:
            return ops.mkldnn._convolution_pointwise_(
                sum, x, w, b, [padding, padding], [stride, stride], [1, 1], groups,
                "add", 1., None, annotate(List[Optional[number]], []), "")
          def add_convolution_relu(
              self: __torch__.Fused, sum: Tensor, x: Tensor, w: Tensor, b: Tensor,
              stride: int, padding: int, groups: int) -> Tensor:
            return ops.mkldnn._convolution_pointwise_(
                sum, x, w, b, [padding, padding], [stride, stride], [1, 1], groups,
                "add", 1., "relu", annotate(List[Optional[number]], []), "")
          def linear(self: __torch__.Fused, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
            return ops.mkldnn._linear_pointwise(x, w, b, "none", annotate(List[Optional[number]], []), "")
          def linear_relu(self: __torch__.Fused, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
            return ops.mkldnn._linear_pointwise(x, w, b, "relu", annotate(List[Optional[number]], []), "")
          def pack(self: __torch__.Fused, w: Tensor, groups: int) -> Tensor:
            return torch.mkldnn_reorder_conv2d_weight(torch.to_mkldnn(w), [0, 0], [1, 1], [1, 1], groups)

        """;

    private static readonly Lazy<jit.ScriptModule?> Loaded = new(Load);

    /// <summary>Whether libtorch and the processor have them for a type.</summary>
    public static bool Have(ScalarType type)
    {
        var hasType = type == ScalarType.Float32
            || (type == ScalarType.BFloat16 && Avx512BW.VL.IsSupported && Avx512DQ.VL.IsSupported);
        return hasType && Loaded.Value is not null;
    }

    /// <summary>A convolution with a bias, then a ReLU if wanted. The caller owns the result.</summary>
    public static Tensor Convolution(Tensor x, Tensor weight, Tensor bias, int stride, int padding, int groups, bool withRelu)
    {
        var output = (Tensor)Loaded.Value!.invoke(
            withRelu ? "convolution_relu" : "convolution", x, weight, bias, stride, padding, groups);
        NetworkProfile.Count(output, weight.numel() / weight.size(0), x, weight);
        return output;
    }

    /// <summary>Adds a convolution to a sum in place, then a ReLU if wanted.</summary>
    public static void AddConvolution(
        Tensor sum, Tensor x, Tensor weight, Tensor bias, int stride, int padding, int groups, bool withRelu)
    {
        using var output = (Tensor)Loaded.Value!.invoke(
            withRelu ? "add_convolution_relu" : "add_convolution", sum, x, weight, bias, stride, padding, groups);
        NetworkProfile.Count(output, weight.numel() / weight.size(0), sum, x, weight);
    }

    /// <summary>A linear layer, then a ReLU if wanted. The caller owns the result.</summary>
    public static Tensor Linear(Tensor x, Tensor weight, Tensor bias, bool withRelu)
    {
        var output = (Tensor)Loaded.Value!.invoke(withRelu ? "linear_relu" : "linear", x, weight, bias);
        NetworkProfile.Count(output, weight.size(1), x, weight);
        return output;
    }

    /// <summary>
    /// The weights (G * K, C, 1, 1) of <see cref="Products"/> in oneDNN's own order. The caller owns the result.
    /// </summary>
    public static Tensor Pack(Tensor weights, int groups)
    {
        return (Tensor)Loaded.Value!.invoke("pack", weights, groups);
    }

    /// <summary>
    /// Several matrix products at once, as a 1x1 convolution (1, G * C, 1, T) with groups. The caller owns the result, and
    /// counts.
    /// </summary>
    public static Tensor Products(Tensor x, Tensor packed, Tensor bias, int groups)
    {
        return (Tensor)Loaded.Value!.invoke("convolution", x, packed, bias, 1, 0, groups);
    }

    private static jit.ScriptModule? Load()
    {
        if (!NativeLibrary.TryLoad(Path.Combine(LibTorch.Load().Folder, "libtorch_cpu.so"), out var library)
            || !Needed.All(symbol => NativeLibrary.TryGetExport(library, symbol, out _)))
        {
            return null;
        }

        var path = Path.Combine(Path.GetTempPath(), $"streaming-{Guid.NewGuid():N}.pt");
        try
        {
            Write(path);
            return jit.load(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // No place for it: the plain operations do the same.
            return null;
        }
        finally
        {
            if (File.Exists(path))
            {
                File.Delete(path);
            }
        }
    }

    /// <summary>The archive: a module without parameters, its code, no constants.</summary>
    private static void Write(string path)
    {
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        Add("data.pkl", "\u0080\u0002c__torch__\nFused\n)\u0081}(X\u0008\0\0\0training\u0089ub.");
        Add("code/__torch__.py", Code.ReplaceLineEndings("\n"));
        Add("constants.pkl", "\u0080\u0002).");
        Add("version", "3\n");

        void Add(string name, string content)
        {
            using var stream = archive.CreateEntry($"fused/{name}", CompressionLevel.NoCompression).Open();
            stream.Write(Encoding.Latin1.GetBytes(content));
        }
    }
}
