using Streaming.Model.Structures;
using Streaming.Scenes;
using Streaming.Stages.Cv;
using Streaming.Stages.Frames;

namespace Streaming.Benchmarks;

/// <summary>The frames of a drawn street, each with the truth.</summary>
internal static class DrawnFrames
{
    /// <summary>Draws a street; a frame is valid until the next one is asked for.</summary>
    /// <param name="scene">The street.</param>
    /// <param name="rate">Frames a second.</param>
    /// <param name="count">How many.</param>
    public static IEnumerable<(Frame Frame, IReadOnlyList<StreetObject> Objects)> Of(StreetScene scene, int rate, int count)
    {
        using var pool = new PixelPool();
        for (var index = 0; index < count; index++)
        {
            var seconds = (double)index / rate;
            var pixels = pool.Rent(scene.Size);
            using var picture = OpenCv.AsMat(pixels);
            var objects = scene.Draw(picture, seconds, listsObjects: true);
            var identity = new FrameIdentity(
                "street", 0, index, TimeSpan.FromSeconds(seconds), PtsOrigin.Estimated, DateTimeOffset.UnixEpoch);
            using var frame = new Frame(identity, pixels);
            yield return (frame, objects);
        }
    }

    /// <summary>What of an object is visible.</summary>
    public static Box BoxOf(StreetObject item)
    {
        var (x, y, width, height) = item.Mask.BoundingBox();
        return new Box(x, y, x + width, y + height);
    }
}
