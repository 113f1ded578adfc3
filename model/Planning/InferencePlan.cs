using Streaming.Model.Ops;
using TorchSharp;
using static TorchSharp.torch;

namespace Streaming.Model.Planning;

/// <summary>How the layers of a network are computed when it detects.</summary>
internal sealed record InferencePlan
{
    /// <summary>Where.</summary>
    public required Device Device { get; init; }

    /// <summary>The type of convolutions and matrix products, but for those that an architecture wants in float32.</summary>
    public ScalarType Type { get; init; } = ScalarType.Float32;

    /// <summary>Whether detectron2's operations are computed one by one, norms included.</summary>
    public bool IsExact { get; init; }

    /// <summary>The library that fuses operations; none when exact.</summary>
    public LayerLibrary Library { get; init; }

    /// <summary>Whether oneDNN's convolutions give way to <see cref="Layers.WinogradConvolution"/> where this suits.</summary>
    public bool UsesWinograd { get; init; }

    /// <summary>The best plan that options allow on a device.</summary>
    public static InferencePlan For(DetectorOptions options, Device device)
    {
        var type = MixedPrecision.TypeOf(options.Precision);
        var library = options.IsExact ? LayerLibrary.None
            : device.type == DeviceType.CUDA ? LayerLibrary.Cudnn
            : OneDnnOps.Have(type) ? LayerLibrary.OneDnn
            : LayerLibrary.None;
        return new InferencePlan
        {
            Device = device,
            Type = type,
            IsExact = options.IsExact,
            Library = library,
            UsesWinograd = options.UsesWinograd && library == LayerLibrary.OneDnn,
        };
    }
}
