using Streaming.Model.Structures;

namespace Streaming.Stages.Frames;

/// <summary>What is known about a source before its frames are read.</summary>
/// <param name="Id">Its name, unique in a run; outputs are named after it.</param>
/// <param name="Location">Where it comes from, without credentials.</param>
/// <param name="Size">Size of the first frames; later ones may differ.</param>
/// <param name="FrameRate">Null when unknown, and for still pictures.</param>
/// <param name="FrameCount">How many frames to expect, or null when unknown.</param>
public sealed record SourceInfo(string Id, string Location, ImageSize Size, FrameRate? FrameRate, long? FrameCount)
{
    /// <summary>How the stream is coded, for example "video/x-h264"; null when unknown.</summary>
    public string? Codec { get; init; }

    /// <summary>What decodes it, for example "nvh264dec"; null when unknown.</summary>
    public string? Decoder { get; init; }

    /// <summary>Which part of a file is read; null for what is no video file.</summary>
    internal VideoRange? Range { get; init; }
}
