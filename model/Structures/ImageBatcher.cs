using Streaming.Config.Detectron;
using static TorchSharp.torch;

namespace Streaming.Model.Structures;

/// <summary>Makes a network's input of images' bytes.</summary>
internal sealed class ImageBatcher : IDisposable
{
    private readonly InputConfig _config;
    private readonly int _divisibility;
    private readonly Device _device;
    private readonly Tensor _mean;
    private readonly Tensor? _std;

    /// <param name="config">Means, deviations and order of the channels.</param>
    /// <param name="divisibility">See <see cref="ImageList.PaddedSize"/>.</param>
    /// <param name="device">Where batches are made.</param>
    public ImageBatcher(InputConfig config, int divisibility, Device device)
    {
        (_config, _divisibility, _device) = (config, divisibility, device);
        _mean = PerChannel(config.PixelMean);
        _std = config.PixelStd.All(value => value == 1) ? null : PerChannel(config.PixelStd);
    }

    /// <summary>The network's input (N, 3, H, W) from rows of B, G, R bytes: normalised and padded. The caller owns it.</summary>
    public Tensor Batch(IReadOnlyList<(byte[] Pixels, ImageSize Size)> images)
    {
        using var scope = NewDisposeScope();
        return ImageList.Batch([.. images.Select(Pixels)], _mean, _std, _divisibility, _device).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _mean.Dispose();
        _std?.Dispose();
    }

    /// <summary>The image's bytes as (3, h, w) in the network's channel order, without a copy.</summary>
    private Tensor Pixels((byte[] Pixels, ImageSize Size) image)
    {
        var (height, width) = (image.Size.Height, image.Size.Width);
        var hwc = frombuffer(image.Pixels, ScalarType.Byte, height * width * 3).reshape(height, width, 3);
        return (_config.IsRgb ? hwc.flip(2) : hwc).permute(2, 0, 1);
    }

    private Tensor PerChannel(IReadOnlyList<double> values)
    {
        using var host = from_array(values.Select(value => (float)value).ToArray());
        using var shaped = host.reshape(3, 1, 1);
        return shaped.to(_device, copy: true).DetachFromDisposeScope();
    }
}
