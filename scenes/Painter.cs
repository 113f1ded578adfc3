using System.Numerics;
using OpenCvSharp;

namespace Streaming.Scenes;

/// <summary>Draws shapes of the world into a picture and, for the object at hand, the same shapes into its mask.</summary>
internal sealed class Painter : IDisposable
{
    /// <summary>Fraction bits of the coordinates that OpenCV is given.</summary>
    private const int Shift = 4;

    /// <summary>A pixel belongs to a mask when half of it is covered.</summary>
    private const double HalfCovered = 127;

    private readonly Mat _picture;
    private readonly Mat? _coverage;
    private readonly Mat _shade;
    private bool _isInMask;

    /// <param name="picture">Drawn into; stays the caller's.</param>
    /// <param name="camera">Sees the world.</param>
    /// <param name="hasMasks">Whether masks are wanted.</param>
    public Painter(Mat picture, StreetCamera camera, bool hasMasks)
    {
        (_picture, Camera) = (picture, camera);
        _shade = new Mat(picture.Rows, picture.Cols, MatType.CV_8UC1);
        _coverage = hasMasks ? new Mat(picture.Rows, picture.Cols, MatType.CV_8UC1) : null;
    }

    /// <summary>Sees the world.</summary>
    public StreetCamera Camera { get; }

    /// <summary>From now on shapes belong to an object.</summary>
    public void BeginObject()
    {
        _coverage?.SetTo(Scalar.Black);
        _isInMask = _coverage is not null;
    }

    /// <summary>The object is done: its pixels as 0 and 255, owned by the caller; null without masks.</summary>
    public Mat? EndObject()
    {
        _isInMask = false;
        if (_coverage is null)
        {
            return null;
        }

        var mask = new Mat();
        Cv2.Threshold(_coverage, mask, HalfCovered, 255, ThresholdTypes.Binary);
        return mask;
    }

    /// <summary>A convex polygon in the world.</summary>
    public void Polygon(ReadOnlySpan<Vector3> corners, Scalar colour)
    {
        if (Project(corners) is { } points)
        {
            Fill(points, colour);
        }
    }

    /// <summary>A convex polygon in the picture, in pixels.</summary>
    public void Polygon(ReadOnlySpan<Vector2> corners, Scalar colour)
    {
        Fill(Fixed(corners), colour);
    }

    /// <summary>A ball: a disc wherever one stands.</summary>
    public void Ball(Vector3 centre, float radius, Scalar colour)
    {
        Capsule(centre, centre, radius, radius, colour);
    }

    /// <summary>A limb: two balls and what is between them.</summary>
    public void Capsule(Vector3 from, Vector3 to, float radius, Scalar colour)
    {
        Capsule(from, to, radius, radius, colour);
    }

    /// <summary>A limb that gets thinner.</summary>
    public void Capsule(Vector3 from, Vector3 to, float fromRadius, float toRadius, Scalar colour)
    {
        if (from.Z < StreetCamera.Near || to.Z < StreetCamera.Near)
        {
            return;
        }

        var (a, b) = (Camera.Project(from), Camera.Project(to));
        var (ra, rb) = (fromRadius * Camera.Focal / from.Z, toRadius * Camera.Focal / to.Z);
        var angle = MathF.Atan2(b.Y - a.Y, b.X - a.X);
        Span<Vector2> outline = stackalloc Vector2[20];
        for (var i = 0; i < 10; i++)
        {
            var turn = angle + (MathF.PI / 2) + (i * MathF.PI / 9);
            outline[i] = a + (ra * new Vector2(MathF.Cos(turn), MathF.Sin(turn)));
            outline[i + 10] = b - (rb * new Vector2(MathF.Cos(turn), MathF.Sin(turn)));
        }

        Fill(Fixed(outline), colour);
    }

    /// <summary>Darkens a convex part of the ground; belongs to no object.</summary>
    /// <param name="corners">On the ground.</param>
    /// <param name="factor">What is left of the light, 0 to 1.</param>
    public void Shadow(ReadOnlySpan<Vector3> corners, double factor)
    {
        if (Project(corners) is not { } points)
        {
            return;
        }

        var bounds = Cv2.BoundingRect(points.Select(point => new Point(point.X >> Shift, point.Y >> Shift))) is var rect
            ? Rect.Intersect(
                new Rect(rect.X - 1, rect.Y - 1, rect.Width + 2, rect.Height + 2), new Rect(0, 0, _picture.Cols, _picture.Rows))
            : default;
        if (bounds.Width <= 0 || bounds.Height <= 0)
        {
            return;
        }

        using var shade = _shade.SubMat(bounds);
        using var part = _picture.SubMat(bounds);
        using var dark = new Mat();
        shade.SetTo(Scalar.Black);
        Cv2.FillConvexPoly(
            shade,
            points.Select(point => new Point(point.X - (bounds.X << Shift), point.Y - (bounds.Y << Shift))),
            Scalar.White,
            LineTypes.Link8,
            Shift);
        part.ConvertTo(dark, -1, factor);
        dark.CopyTo(part, shade);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _coverage?.Dispose();
        _shade.Dispose();
    }

    private void Fill(Point[] points, Scalar colour)
    {
        Cv2.FillConvexPoly(_picture, points, colour, LineTypes.AntiAlias, Shift);
        if (_isInMask)
        {
            Cv2.FillConvexPoly(_coverage!, points, Scalar.White, LineTypes.AntiAlias, Shift);
        }
    }

    /// <summary>What of a polygon lies in front of the camera, in the picture; null when nothing does.</summary>
    private Point[]? Project(ReadOnlySpan<Vector3> corners)
    {
        Span<Vector2> projected = stackalloc Vector2[corners.Length + 1];
        var count = 0;
        for (var i = 0; i < corners.Length; i++)
        {
            var (from, to) = (corners[i], corners[(i + 1) % corners.Length]);
            if (from.Z >= StreetCamera.Near)
            {
                projected[count++] = Camera.Project(from);
            }

            // A convex polygon crosses the plane twice at most: it gains one corner.
            if (from.Z >= StreetCamera.Near != to.Z >= StreetCamera.Near)
            {
                projected[count++] = Camera.Project(Vector3.Lerp(from, to, (StreetCamera.Near - from.Z) / (to.Z - from.Z)));
            }
        }

        return count < 3 ? null : Fixed(projected[..count]);
    }

    private static Point[] Fixed(ReadOnlySpan<Vector2> points)
    {
        const int Limit = 1 << 14;
        var result = new Point[points.Length];
        for (var i = 0; i < points.Length; i++)
        {
            // OpenCV's pixel (0, 0) has its centre there, ours at (0.5, 0.5).
            result[i] = new Point(
                (int)MathF.Round((Math.Clamp(points[i].X, -Limit, Limit) - 0.5f) * (1 << Shift)),
                (int)MathF.Round((Math.Clamp(points[i].Y, -Limit, Limit) - 0.5f) * (1 << Shift)));
        }

        return result;
    }
}
