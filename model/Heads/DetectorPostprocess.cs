using Streaming.Model.Structures;

namespace Streaming.Model.Heads;

/// <summary>
/// detectron2's detector_postprocess up to pasting: boxes in pixels of the original picture, empty ones dropped.
/// </summary>
internal static class DetectorPostprocess
{
    /// <summary>Scales, clips and filters.</summary>
    /// <param name="detections">In pixels of the network's input.</param>
    /// <param name="masks">A mask for each detection, or null.</param>
    /// <param name="input">The size that the boxes refer to.</param>
    /// <param name="original">The size that they shall refer to.</param>
    public static RawDetections Apply(BoxDetections detections, float[]? masks, ImageSize input, ImageSize original)
    {
        var scaleX = (float)((double)original.Width / input.Width);
        var scaleY = (float)((double)original.Height / input.Height);
        var perMask = masks is null || detections.Count == 0 ? 0 : masks.Length / detections.Count;
        Box[] boxes = [.. detections.Boxes.Select(Scale)];
        int[] kept = [.. Enumerable.Range(0, boxes.Length).Where(i => boxes[i].IsNonEmpty())];
        return new RawDetections(
            original,
            [.. kept.Select(i => boxes[i])],
            [.. kept.Select(i => detections.Scores[i])],
            [.. kept.Select(i => detections.Classes[i])],
            (int)Math.Sqrt(perMask),
            kept.Length == boxes.Length
                ? masks ?? []
                : [.. kept.SelectMany(i => masks?[(i * perMask)..((i + 1) * perMask)] ?? [])]);

        Box Scale(Box box)
        {
            return new Box(box.X0 * scaleX, box.Y0 * scaleY, box.X1 * scaleX, box.Y1 * scaleY).ClipTo(original);
        }
    }
}
