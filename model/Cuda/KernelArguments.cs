using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Streaming.Model.Cuda;

/// <summary>One of <see cref="KernelLevels"/>; as in kernels.cu.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct KernelLevel
{
    public nint Map;
    public int Height;
    public int Width;
    public float Scale;
    public int Reserved;
}

/// <summary>The feature maps that a kernel reads; as in kernels.cu.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct KernelLevels
{
    /// <summary>Most maps.</summary>
    public const int Most = 8;

    public Maps Level;
    public int Count;
    public int First;
    public int Type;
    public int Reserved;

    /// <summary>So many, one after the other.</summary>
    [System.Runtime.CompilerServices.InlineArray(Most)]
    public struct Maps
    {
        private KernelLevel _first;
    }
}

/// <summary>Arguments in the form that a launch wants: an array of pointers to values.</summary>
internal sealed unsafe partial class KernelArguments : IDisposable
{
    private readonly byte* _memory;

    /// <param name="arguments">See <see cref="IKernelLauncher.Launch"/>.</param>
    public KernelArguments(ReadOnlySpan<object?> arguments)
    {
        const int Slot = 16;
        var room = arguments.Length * (sizeof(nint) + Slot + sizeof(KernelLevels));
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)room, Slot);
        var pointers = (nint*)_memory;
        var at = _memory + ((((arguments.Length * sizeof(nint)) + Slot - 1) / Slot) * Slot);
        for (var i = 0; i < arguments.Length; i++)
        {
            pointers[i] = (nint)at;
            switch (arguments[i])
            {
                case null:
                    *(nint*)at = 0;
                    break;
                case Tensor tensor:
                    *(nint*)at = AddressOf(tensor);
                    break;
                case int whole:
                    *(int*)at = whole;
                    break;
                case float number:
                    *(float*)at = number;
                    break;
                case KernelLevels levels:
                    *(KernelLevels*)at = levels;
                    at += sizeof(KernelLevels) / Slot * Slot;
                    break;
                default:
                    throw new ArgumentException($"{arguments[i]!.GetType()} is no argument of a kernel.", nameof(arguments));
            }

            at += Slot;
        }
    }

    /// <summary>The array.</summary>
    public nint Pointers => (nint)_memory;

    /// <summary>Where a contiguous tensor's numbers lie, on whatever device.</summary>
    public static nint AddressOf(Tensor tensor)
    {
        return tensor.is_contiguous() ? THSTensor_data(tensor.Handle) : throw new ArgumentException("A kernel's tensors must be contiguous.", nameof(tensor));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
    }

    [LibraryImport("LibTorchSharp")]
    private static partial nint THSTensor_data(nint tensor);
}
