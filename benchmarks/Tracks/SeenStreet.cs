using Streaming.Model.Structures;
using Streaming.Scenes;

namespace Streaming.Benchmarks.Tracks;

/// <summary>A frame's truth and what a detector makes of it.</summary>
/// <param name="Pts">Its time.</param>
/// <param name="Objects">The truth.</param>
/// <param name="Detections">Best first, each with the id of the object that it shows; null for what is not there.</param>
internal sealed record SeenFrame(
    TimeSpan Pts, IReadOnlyList<StreetObject> Objects, IReadOnlyList<(Detection Detection, long? Id)> Detections);

/// <summary>A drawn street as a detector sees it.</summary>
internal static class SeenStreet
{
    /// <summary>A detection shows the object that it overlaps most, if it is by this much at least.</summary>
    private const float MinIoU = 0.5f;

    /// <summary>Of all kinds of objects, with a made detector's noise.</summary>
    public static IReadOnlyList<SeenFrame> ByNoise(long seed, ImageSize size, int rate, int count)
    {
        var scene = new StreetScene(seed, size, Enum.GetValues<StreetKind>());
        return
        [
            .. StreetTracks.Of(scene, rate, count).Select((objects, index) => new SeenFrame(
                TimeSpan.FromSeconds((double)index / rate), objects, NoisyDetector.Detect(objects, size, seed, index))),
        ];
    }

    /// <summary>Of the kinds that the demo model knows, as it sees them.</summary>
    public static IReadOnlyList<SeenFrame> ByModel(DemoDetector detector, long seed, ImageSize size, int rate, int count)
    {
        var scene = new StreetScene(seed, size, StreetAddress.DemoKinds);
        return
        [
            .. DrawnFrames.Of(scene, rate, count).Select(item => new SeenFrame(
                item.Frame.Identity.Pts, item.Objects, Identify(detector.Detect(item.Frame.Pixels.View), item.Objects))),
        ];
    }

    /// <summary>Each object's best detection gets its id.</summary>
    private static (Detection Detection, long? Id)[] Identify(
        IReadOnlyList<Detection> detections, IReadOnlyList<StreetObject> objects)
    {
        var left = objects.Select(item => (item.Id, Box: DrawnFrames.BoxOf(item))).ToList();
        return
        [
            .. detections.OrderByDescending(detection => detection.Score).Select(detection =>
            {
                var best = left.Select(item => (item, IoU: Box.IoU(item.Box, detection.Box)))
                    .DefaultIfEmpty().MaxBy(pair => pair.IoU);
                var isFound = best.IoU >= MinIoU && left.Remove(best.item);
                return (detection, isFound ? (long?)best.item.Id : null);
            }),
        ];
    }
}
