using static TorchSharp.torch;

namespace Streaming.Model.Cuda;

/// <summary>
/// A batch of images on the device: for each its height, width and the offset of its bytes as int32, then the bytes.
/// </summary>
/// <param name="Bytes">Contiguous.</param>
/// <param name="Count">Number of images.</param>
internal sealed record DeviceImages(Tensor Bytes, int Count)
{
    /// <summary>Bytes of an image's entry at the front.</summary>
    public const int HeaderSize = 3 * sizeof(int);
}
