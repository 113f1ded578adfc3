using System.Globalization;
using Streaming.Model.Structures;

namespace Streaming.Stages.Export;

/// <summary>The elements within a track of CVAT's.</summary>
internal static class CvatShape
{
    /// <summary>A box by its corners.</summary>
    /// <param name="box">In the frame's pixels.</param>
    /// <param name="frame">The frame, from 0.</param>
    /// <param name="isOutside">Whether the object is gone from this frame on.</param>
    public static string Box(Box box, long frame, bool isOutside)
    {
        return $"<box {Common(frame, isOutside)} xtl=\"{Figures.Pixels(box.X0)}\" ytl=\"{Figures.Pixels(box.Y0)}\""
            + $" xbr=\"{Figures.Pixels(box.X1)}\" ybr=\"{Figures.Pixels(box.Y1)}\" z_order=\"0\"/>";
    }

    /// <summary>A mask by its box and the runs in the box, row by row, the first one of pixels that are not set.</summary>
    /// <param name="mask">The mask.</param>
    /// <param name="frame">The frame, from 0.</param>
    /// <param name="isOutside">Whether the object is gone from this frame on.</param>
    public static string Mask(MaskPixels mask, long frame, bool isOutside)
    {
        var runs = string.Join(", ", mask.RowRuns());
        var place = string.Create(
            CultureInfo.InvariantCulture,
            $"left=\"{mask.Left}\" top=\"{mask.Top}\" width=\"{mask.Width}\" height=\"{mask.Height}\"");
        return $"<mask {Common(frame, isOutside)} rle=\"{runs}\" {place} z_order=\"0\"/>";
    }

    private static string Common(long frame, bool isOutside)
    {
        return string.Create(
            CultureInfo.InvariantCulture, $"frame=\"{frame}\" keyframe=\"1\" outside=\"{(isOutside ? 1 : 0)}\" occluded=\"0\"");
    }
}
