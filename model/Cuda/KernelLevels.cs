using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Streaming.Model.Cuda;

/// <summary>The feature maps that a kernel reads; as in kernels.cu.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct KernelLevels
{
    /// <summary>Most maps.</summary>
    public const int Most = 8;

    private Maps _maps;
    private int _count;
    private int _first;
    private int _type;

    /// <summary>Describes maps to a kernel.</summary>
    /// <param name="maps">(N, H, W, C) of consecutive levels, finest first, contiguous.</param>
    /// <param name="scales">Each map's pixels per input pixel.</param>
    /// <param name="first">The finest level's number, 2 for p2.</param>
    public static KernelLevels Of(IReadOnlyList<Tensor> maps, IReadOnlyList<double> scales, int first)
    {
        var described = default(Maps);
        for (var i = 0; i < maps.Count; i++)
        {
            described[i] = new Map
            {
                Pixels = KernelArguments.AddressOf(maps[i]),
                Height = (int)maps[i].size(1),
                Width = (int)maps[i].size(2),
                Scale = (float)scales[i],
            };
        }

        return new KernelLevels
        {
            _maps = described,
            _count = maps.Count,
            _first = first,
            _type = maps[0].dtype switch { ScalarType.BFloat16 => 1, ScalarType.Float16 => 2, _ => 0 },
        };
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Map
    {
        public nint Pixels;
        public int Height;
        public int Width;
        public float Scale;
    }

    [InlineArray(Most)]
    private struct Maps
    {
        private Map _first;
    }
}
