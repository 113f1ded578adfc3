using System.Collections.Concurrent;
using TorchSharp;
using static TorchSharp.torch;

namespace Streaming.Model.Ops;

/// <summary>
/// Numbers as libtorch wants them, kept for good. TorchSharp makes such an object of every number that meets a tensor (0.5 * x)
/// and lets go of it before the native call has read it: a garbage collection at that moment frees it under the call, which then
/// fails or computes with something else (about once in a million operations under load). Its own sums do so too, with the factor
/// 1. So no number is converted on the fly, and tensors are added by the methods here; BannedSymbols.txt holds us to it.
/// </summary>
internal static class Scalars
{
    private static readonly ConcurrentDictionary<double, Scalar> Kept = new();
    private static readonly Scalar One = Of(1);
    private static readonly Scalar WholeOne = 1L.ToScalar();

    /// <summary>The number; there are few different ones, so that they may all stay.</summary>
    public static Scalar Of(double value)
    {
        return Kept.GetOrAdd(value, static value => value.ToScalar());
    }

    /// <summary>a + b, a new tensor.</summary>
    public static Tensor Plus(this Tensor a, Tensor b)
    {
        return a.add(b, a.dtype == ScalarType.Int64 ? WholeOne : One);
    }

    /// <summary>a += b.</summary>
    public static Tensor PlusInPlace(this Tensor a, Tensor b)
    {
        return a.add_(b, One);
    }
}
