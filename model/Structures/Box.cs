namespace Streaming.Model.Structures;

/// <summary>An axis-aligned box in continuous pixel coordinates: the pixel in column x covers x to x + 1.</summary>
/// <param name="X0">Left edge.</param>
/// <param name="Y0">Top edge.</param>
/// <param name="X1">Right edge.</param>
/// <param name="Y1">Bottom edge.</param>
public readonly record struct Box(float X0, float Y0, float X1, float Y1)
{
    /// <summary>Right minus left edge; negative for an inverted box.</summary>
    public float Width => X1 - X0;

    /// <summary>Bottom minus top edge; negative for an inverted box.</summary>
    public float Height => Y1 - Y0;

    /// <summary>Width times height.</summary>
    public float Area => Width * Height;

    internal bool IsFinite => float.IsFinite(X0) && float.IsFinite(Y0) && float.IsFinite(X1) && float.IsFinite(Y1);

    /// <summary>The part of the box within an image; the edges are moved one by one, so the result may be empty.</summary>
    internal Box ClipTo(ImageSize size)
    {
        return new Box(
            Math.Clamp(X0, 0, size.Width),
            Math.Clamp(Y0, 0, size.Height),
            Math.Clamp(X1, 0, size.Width),
            Math.Clamp(Y1, 0, size.Height));
    }

    /// <summary>Whether both sides are longer than <paramref name="threshold"/>.</summary>
    internal bool IsNonEmpty(float threshold = 0)
    {
        return Width > threshold && Height > threshold;
    }

    /// <summary>Intersection over union; 0 for boxes that do not meet.</summary>
    public static float IoU(Box a, Box b)
    {
        var width = Math.Min(a.X1, b.X1) - Math.Max(a.X0, b.X0);
        var height = Math.Min(a.Y1, b.Y1) - Math.Max(a.Y0, b.Y0);
        var inter = Math.Max(width, 0) * Math.Max(height, 0);
        return inter > 0 ? inter / (a.Area + b.Area - inter) : 0;
    }
}

/// <summary>The size of an image in pixels.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
public readonly record struct ImageSize(int Height, int Width)
{
    /// <inheritdoc/>
    public override string ToString()
    {
        return $"{Width}x{Height}";
    }
}
