using Streaming.Model.Structures;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Decode;

/// <summary>A frame rate as a fraction.</summary>
/// <param name="Numerator">Frames.</param>
/// <param name="Denominator">Per so many seconds.</param>
public readonly record struct FrameRate(int Numerator, int Denominator)
{
    /// <summary>Frames a second.</summary>
    public double Value => (double)Numerator / Denominator;

    /// <summary>
    /// The fraction that a rate in floating point stands for: whole, or over 1001 (29.97 is 30000/1001), or in thousandths. Null
    /// for what no video has: not a number, not positive, or above 1000.
    /// </summary>
    /// <param name="framesPerSecond">As a decoder reports it.</param>
    public static FrameRate? From(double framesPerSecond)
    {
        if (!(framesPerSecond > 0 && framesPerSecond <= 1000))
        {
            return null;
        }

        var whole = (int)Math.Round(framesPerSecond);
        var ntsc = (int)Math.Round(framesPerSecond * 1.001);
        return Math.Abs(framesPerSecond - whole) < 1e-4 && whole > 0 ? new FrameRate(whole, 1)
            : Math.Abs(framesPerSecond - (ntsc / 1.001)) < 1e-3 && ntsc > 0 ? new FrameRate(ntsc * 1000, 1001)
            : new FrameRate(Math.Max((int)Math.Round(framesPerSecond * 1000), 1), 1000);
    }
}

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
    public VideoRange? Range { get; init; }
}

/// <summary>Gives frames one after the other. Used by one thread at a time.</summary>
public interface IFrameSource : IDisposable
{
    /// <summary>What is known about the source; constant.</summary>
    SourceInfo Info { get; }

    /// <summary>
    /// The next frame, which the caller then owns, or null at the end. Blocks while it decodes.
    /// </summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="DecodeException">The source cannot give further frames.</exception>
    Frame? Read(CancellationToken cancellationToken);
}
