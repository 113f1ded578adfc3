using Streaming.Config.Zoo;
using Streaming.Model.Structures;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Tests;

/// <summary>Frames and results for tests.</summary>
internal static class Frames
{
    public static RunInfo Run { get; } = new(
        "run-1",
        DateTimeOffset.UnixEpoch,
        "tiny",
        "tiny.pkl",
        new string('a', 64),
        "fp32",
        0.05,
        true,
        [new Category(1, "person")]);

    public static SourceInfo Source(string id, ImageSize size)
    {
        return new SourceInfo(id, $"{id}.mp4", size, new FrameRate(25, 1), 100);
    }

    public static Frame Of(PixelPool pool, long index, ImageSize size)
    {
        var pixels = pool.Rent(size);
        TestImages.Noise(size, (int)index).CopyTo(pixels.Span);
        var pts = TimeSpan.FromMilliseconds(index * 40);
        return new Frame(new FrameIdentity("cam", 0, index, pts, PtsOrigin.Container, DateTimeOffset.UnixEpoch), pixels);
    }

    /// <summary>Gives a sink a frame and frees it.</summary>
    public static void Write(this IFrameSink sink, Frame frame, FrameResult result)
    {
        using var output = new OutputFrame(frame, result);
        sink.Write(output);
    }

    public static FrameResult Result(Frame frame, params Detection[] detections)
    {
        return new FrameResult(frame.Identity, frame.Pixels.Size, detections);
    }
}
