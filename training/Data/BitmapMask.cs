using Streaming.Model.Masks;
using Streaming.Model.Ops;
using Streaming.Model.Structures;

namespace Streaming.Training.Data;

/// <summary>One byte a pixel, 0 or 1, in rows.</summary>
/// <param name="Pixels">The bytes.</param>
/// <param name="Size">The image's.</param>
internal sealed record BitmapMask(byte[] Pixels, ImageSize Size) : InstanceMask
{
    public override byte[] Target(Box box, int side)
    {
        return MaskTargets.FromBitmap(Pixels, Size, box, side, RoiAlign.FastCpu);
    }

    public override Box Bounds()
    {
        var (left, top, right, bottom) = (Size.Width, Size.Height, 0, 0);
        for (var y = 0; y < Size.Height; y++)
        {
            var row = Pixels.AsSpan(y * Size.Width, Size.Width);
            var first = row.IndexOf((byte)1);
            if (first >= 0)
            {
                (left, right) = (Math.Min(left, first), Math.Max(right, row.LastIndexOf((byte)1) + 1));
                (top, bottom) = (Math.Min(top, y), y + 1);
            }
        }

        return right > left ? new Box(left, top, right, bottom) : default;
    }
}
