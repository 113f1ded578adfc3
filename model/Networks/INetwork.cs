using Streaming.Model.Structures;

namespace Streaming.Model.Networks;

/// <summary>A network that is built and ready to detect. Its layers belong to the source that it was built from.</summary>
internal interface INetwork : IDisposable
{
    /// <summary>What it is.</summary>
    IArchitecture Architecture { get; }

    /// <summary>Images are padded to multiples of so many pixels.</summary>
    int SizeDivisibility { get; }

    /// <summary>
    /// What is in the images, in pixels of the original pictures. In inference mode, on the thread that runs the network.
    /// </summary>
    RawDetections[] Detect(IReadOnlyList<PreprocessedImage> images);
}
