using Streaming.Model.Structures;

namespace Streaming.Stages.Frames;

/// <summary>Gives memory for pictures.</summary>
internal interface IPixelMemory
{
    /// <summary>A buffer with arbitrary contents, which the caller owns.</summary>
    /// <param name="size">Height and width in pixels, both at least 1.</param>
    PixelBuffer Rent(ImageSize size);
}
