using Streaming.Model.Structures;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Streaming.Model.Layers;

/// <summary>
/// Parameters whose numbers come from a checkpoint. Initialising them first, as libtorch's own layers do, would take
/// longer than loading them.
/// </summary>
internal static class Uninitialised
{
    /// <summary>A parameter in row-major order.</summary>
    public static Parameter RowMajor(params long[] shape)
    {
        using var data = empty(shape);
        return new Parameter(data);
    }

    /// <summary>A convolution's weights (out, in, kh, kw) with the input channels side by side in memory.</summary>
    public static Parameter ChannelsLast(params long[] shape)
    {
        using var rowMajor = empty(shape);
        using var data = rowMajor.ToChannelsLast();
        return new Parameter(data);
    }
}
