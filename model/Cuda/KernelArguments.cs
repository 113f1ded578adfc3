using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Streaming.Model.Cuda;

/// <summary>Arguments of a kernel in the form that a launch wants: an array of pointers to values.</summary>
internal sealed unsafe partial class KernelArguments : IDisposable
{
    private const int Most = 24;
    private const int Slot = 16;

    private readonly byte* _memory;
    private byte* _next;
    private int _count;

    public KernelArguments()
    {
        var pointers = Most * sizeof(nint);
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)(pointers + (Most * Slot) + sizeof(KernelLevels)), Slot);
        _next = _memory + pointers;
    }

    /// <summary>The array.</summary>
    public nint Pointers => (nint)_memory;

    /// <summary>Where a contiguous tensor's numbers lie, on whatever device.</summary>
    public static nint AddressOf(Tensor tensor)
    {
        return tensor.is_contiguous()
            ? THSTensor_data(tensor.Handle)
            : throw new ArgumentException("A kernel's tensors must be contiguous.", nameof(tensor));
    }

    /// <summary>
    /// A pointer to a tensor's numbers, or to nothing. The caller keeps the tensor until the launch; its memory may go back to
    /// libtorch then, which reuses it in the order of the calls.
    /// </summary>
    public KernelArguments Add(Tensor? tensor)
    {
        *(nint*)Take(sizeof(nint)) = tensor is null ? 0 : AddressOf(tensor);
        return this;
    }

    /// <summary>An int.</summary>
    public KernelArguments Add(int value)
    {
        *(int*)Take(sizeof(int)) = value;
        return this;
    }

    /// <summary>A float.</summary>
    public KernelArguments Add(float value)
    {
        *(float*)Take(sizeof(float)) = value;
        return this;
    }

    /// <summary>A float for each number.</summary>
    public KernelArguments Add(IReadOnlyList<double> values)
    {
        foreach (var value in values)
        {
            Add((float)value);
        }

        return this;
    }

    /// <summary>Feature maps.</summary>
    public KernelArguments Add(in KernelLevels levels)
    {
        *(KernelLevels*)Take(sizeof(KernelLevels)) = levels;
        return this;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
    }

    /// <summary>Room for the next value. Only one may be larger than a slot: feature maps.</summary>
    private byte* Take(int size)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(_count, Most);
        var value = _next;
        ((nint*)_memory)[_count++] = (nint)value;
        _next += (size + Slot - 1) / Slot * Slot;
        return value;
    }

    [LibraryImport("LibTorchSharp")]
    private static partial nint THSTensor_data(nint tensor);
}
