using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Streaming.Config.Run;
using static TorchSharp.torch;

namespace Streaming.Model.Ops;

/// <summary>
/// Convolutions and matrix products in bfloat16, everything else as it comes: what PyTorch calls autocast, which TorchSharp
/// lacks. Weights stay float32 and are converted for each use, so that their gradients are float32 too. bfloat16 has float32's
/// range: losses need no scaling.
/// </summary>
internal static class MixedPrecision
{
    [ThreadStatic]
    private static bool _isOn;

    /// <summary>Switches it on for this thread until the result is disposed.</summary>
    /// <param name="isOn">False leaves everything as it is.</param>
    public static Scope Enter(bool isOn)
    {
        var scope = new Scope(_isOn);
        _isOn = isOn;
        return scope;
    }

    /// <summary>
    /// A factor of a convolution or a matrix product, in the type that it is to have: that of the layer's weights while this is
    /// off. The caller owns the result.
    /// </summary>
    public static Tensor Factor(Tensor tensor, Tensor weights)
    {
        var type = _isOn ? ScalarType.BFloat16 : weights.dtype;
        return tensor.dtype == type ? tensor.alias() : tensor.to(type);
    }

    /// <summary>The numbers of a tensor in a type, outside of every scope: whoever asks owns them.</summary>
    public static Tensor Keep(Tensor tensor, ScalarType type)
    {
        return (tensor.dtype == type ? tensor.alias() : tensor.to(type)).DetachFromDisposeScope();
    }

    /// <summary>libtorch's name for a precision.</summary>
    public static ScalarType TypeOf(Precision precision)
    {
        return precision switch
        {
            Precision.Bf16 => ScalarType.BFloat16,
            Precision.Fp16 => ScalarType.Float16,
            _ => ScalarType.Float32,
        };
    }

    /// <summary>Back to float32. The caller owns the result.</summary>
    public static Tensor Full(Tensor tensor)
    {
        return tensor.dtype == ScalarType.Float32 ? tensor.alias() : tensor.to(ScalarType.Float32);
    }

    /// <summary>
    /// The bfloat16 numbers nearest to float32 ones; of two equally near ones that with the even last bit, as libtorch rounds.
    /// </summary>
    public static void Round(ReadOnlySpan<float> source, Span<ushort> target)
    {
        ref var from = ref MemoryMarshal.GetReference(source);
        ref var to = ref MemoryMarshal.GetReference(target[..source.Length]);
        nuint i = 0;
        for (; i + (nuint)Vector256<ushort>.Count <= (nuint)source.Length; i += (nuint)Vector256<ushort>.Count)
        {
            var low = UpperHalf(Vector256.LoadUnsafe(ref from, i));
            var high = UpperHalf(Vector256.LoadUnsafe(ref from, i + (nuint)Vector256<float>.Count));
            Vector256.Narrow(low, high).StoreUnsafe(ref to, i);
        }

        for (; i < (nuint)source.Length; i++)
        {
            target[(int)i] = (ushort)UpperHalf(Vector256.Create(source[(int)i]))[0];
        }

        static Vector256<uint> UpperHalf(Vector256<float> numbers)
        {
            var bits = numbers.AsUInt32();
            var rounded = (bits + Vector256.Create(0x7FFFu) + ((bits >> 16) & Vector256<uint>.One)) >> 16;
            return Vector256.ConditionalSelect(Vector256.IsNaN(numbers).AsUInt32(), Vector256.Create(0x7FC0u), rounded);
        }
    }

    /// <summary>Switches back.</summary>
    public readonly struct Scope(bool wasOn) : IDisposable
    {
        /// <inheritdoc/>
        public void Dispose()
        {
            _isOn = wasOn;
        }
    }
}
