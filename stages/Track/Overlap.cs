using Streaming.Config.Run;

namespace Streaming.Stages.Track;

/// <summary>How alike two boxes are, from 0 to 1; 0 for what cannot be compared.</summary>
internal static class Overlap
{
    /// <summary>ByteTrack's: the pixels of both edges count, so widths and heights are one more.</summary>
    public static double InclusiveIoU(in TrackBox a, in TrackBox b)
    {
        var width = Math.Min(a.X1, b.X1) - Math.Max(a.X0, b.X0) + 1;
        var height = Math.Min(a.Y1, b.Y1) - Math.Max(a.Y0, b.Y0) + 1;
        if (!(width > 0 && height > 0))
        {
            return 0;
        }

        var (areaA, areaB) = ((a.Width + 1) * (a.Height + 1), (b.Width + 1) * (b.Height + 1));
        return width * height / (areaA + areaB - (width * height));
    }

    /// <summary>The measure that OC-SORT calls by a name: what can be negative is brought to 0 to 1.</summary>
    public static double Of(BoxMeasure measure, in TrackBox a, in TrackBox b)
    {
        var value = measure switch
        {
            BoxMeasure.IoU => IoU(a, b),
            BoxMeasure.GIoU => (GIoU(a, b) + 1) / 2,
            BoxMeasure.DIoU => (DIoU(a, b) + 1) / 2,
            _ => (CIoU(a, b) + 1) / 2,
        };
        return double.IsNaN(value) ? 0 : value;
    }

    /// <summary>Intersection over union.</summary>
    public static double IoU(in TrackBox a, in TrackBox b)
    {
        var inter = Intersection(a, b);
        return inter > 0 ? inter / ((a.Width * a.Height) + (b.Width * b.Height) - inter) : 0;
    }

    private static double GIoU(in TrackBox a, in TrackBox b)
    {
        var around = (Math.Max(a.X1, b.X1) - Math.Min(a.X0, b.X0)) * (Math.Max(a.Y1, b.Y1) - Math.Min(a.Y0, b.Y0));
        var union = (a.Width * a.Height) + (b.Width * b.Height) - Intersection(a, b);
        return IoU(a, b) - ((around - union) / around);
    }

    private static double DIoU(in TrackBox a, in TrackBox b)
    {
        var (dx, dy) = (a.CenterX - b.CenterX, a.CenterY - b.CenterY);
        var (width, height) = (Math.Max(a.X1, b.X1) - Math.Min(a.X0, b.X0), Math.Max(a.Y1, b.Y1) - Math.Min(a.Y0, b.Y0));
        return IoU(a, b) - (((dx * dx) + (dy * dy)) / ((width * width) + (height * height)));
    }

    private static double CIoU(in TrackBox a, in TrackBox b)
    {
        // One pixel more keeps the height from being 0.
        var angle = Math.Atan(b.Width / (b.Height + 1)) - Math.Atan(a.Width / (a.Height + 1));
        var shape = 4 / (Math.PI * Math.PI) * angle * angle;
        var distance = 1 - IoU(a, b) + shape;
        return DIoU(a, b) - (distance > 0 ? shape * shape / distance : 0);
    }

    private static double Intersection(in TrackBox a, in TrackBox b)
    {
        var width = Math.Min(a.X1, b.X1) - Math.Max(a.X0, b.X0);
        var height = Math.Min(a.Y1, b.Y1) - Math.Max(a.Y0, b.Y0);
        return Math.Max(width, 0) * Math.Max(height, 0);
    }
}
