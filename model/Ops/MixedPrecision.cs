using System.Numerics;
using static TorchSharp.torch;

namespace Streaming.Model.Ops;

/// <summary>
/// Convolutions and matrix products in bfloat16, everything else as it comes: what PyTorch calls autocast, which TorchSharp lacks. Weights stay
/// float32 and are converted for each use, so that their gradients are float32 too. bfloat16 has float32's range: losses need no scaling.
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

    /// <summary>A factor of a convolution or a matrix product, in the type that it is to have: that of the layer's weights while this is off. The caller owns the result.</summary>
    public static Tensor Factor(Tensor tensor, Tensor weights)
    {
        var type = _isOn ? ScalarType.BFloat16 : weights.dtype;
        return tensor.dtype == type ? tensor.alias() : tensor.to(type);
    }

    /// <summary>Back to float32. The caller owns the result.</summary>
    public static Tensor Full(Tensor tensor)
    {
        return tensor.dtype == ScalarType.Float32 ? tensor.alias() : tensor.to(ScalarType.Float32);
    }

    /// <summary>bfloat16 is the upper half of a float32.</summary>
    public static void Widen(ReadOnlySpan<ushort> source, Span<float> target)
    {
        var i = 0;
        for (; i <= source.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            Vector.Widen(new Vector<ushort>(source[i..]), out var low, out var high);
            (low << 16).As<uint, float>().CopyTo(target[i..]);
            (high << 16).As<uint, float>().CopyTo(target[(i + Vector<uint>.Count)..]);
        }

        for (; i < source.Length; i++)
        {
            target[i] = BitConverter.UInt32BitsToSingle((uint)source[i] << 16);
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
