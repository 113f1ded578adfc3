using System.Numerics;
using OpenCvSharp;

namespace Streaming.Scenes;

/// <summary>A side of a block.</summary>
internal enum Face
{
    /// <summary>Where it looks.</summary>
    Front,

    /// <summary>The other end.</summary>
    Back,

    /// <summary>Its left.</summary>
    Left,

    /// <summary>Its right.</summary>
    Right,

    /// <summary>Its roof.</summary>
    Top,
}

/// <summary>A box, or a box whose roof is smaller than its floor: what vehicles and houses are made of.</summary>
/// <param name="Pose">Of the object that it belongs to.</param>
/// <param name="Half">Half its width on the floor.</param>
/// <param name="Back">Its rear end, metres ahead of the object's middle.</param>
/// <param name="Ahead">Its front end.</param>
/// <param name="Low">Its floor above the ground.</param>
/// <param name="High">Its roof above the ground.</param>
internal sealed record Block(Pose Pose, float Half, float Back, float Ahead, float Low, float High)
{
    /// <summary>How much narrower the roof is on either side.</summary>
    public float Slope { get; init; }

    /// <summary>How much the rear end leans forward.</summary>
    public float SlopeBack { get; init; }

    /// <summary>How much the front end leans back.</summary>
    public float SlopeAhead { get; init; }

    /// <summary>How far from the camera its middle is.</summary>
    public float Depth => Pose.At(0, 0, (Back + Ahead) / 2).Z;

    /// <summary>Draws the sides that can be seen.</summary>
    /// <param name="painter">Draws.</param>
    /// <param name="colour">Of the sides in full light.</param>
    /// <param name="decorate">Called for each side that can be seen, to draw on it.</param>
    public void Draw(Painter painter, Scalar colour, Action<Face, Func<float, float, Vector3>>? decorate = null)
    {
        foreach (var face in Enum.GetValues<Face>())
        {
            var corners = Corners(face);
            if (!IsVisible(painter.Camera, corners))
            {
                continue;
            }

            painter.Polygon(corners, colour.Times(face switch { Face.Top => 1.12, Face.Front or Face.Back => 0.95, _ => 0.8 }));
            decorate?.Invoke(
                face,
                (s, t) => Vector3.Lerp(Vector3.Lerp(corners[0], corners[1], s), Vector3.Lerp(corners[3], corners[2], s), t));
        }
    }

    /// <summary>A rectangle on a side.</summary>
    public static void Patch(
        Painter painter, Func<float, float, Vector3> on, float s0, float t0, float s1, float t1, Scalar colour)
    {
        painter.Polygon([on(s0, t0), on(s1, t0), on(s1, t1), on(s0, t1)], colour);
    }

    /// <summary>From outside: lower left, lower right, upper right, upper left.</summary>
    private Vector3[] Corners(Face face)
    {
        var (half, back, ahead) = (Half - Slope, Back + SlopeBack, Ahead - SlopeAhead);
        return face switch
        {
            Face.Front =>
                [Pose.At(Half, Low, Ahead), Pose.At(-Half, Low, Ahead), Pose.At(-half, High, ahead), Pose.At(half, High, ahead)],
            Face.Back =>
                [Pose.At(-Half, Low, Back), Pose.At(Half, Low, Back), Pose.At(half, High, back), Pose.At(-half, High, back)],
            Face.Left =>
                [Pose.At(-Half, Low, Ahead), Pose.At(-Half, Low, Back), Pose.At(-half, High, back), Pose.At(-half, High, ahead)],
            Face.Right =>
                [Pose.At(Half, Low, Back), Pose.At(Half, Low, Ahead), Pose.At(half, High, ahead), Pose.At(half, High, back)],
            _ => [Pose.At(-half, High, back), Pose.At(half, High, back), Pose.At(half, High, ahead), Pose.At(-half, High, ahead)],
        };
    }

    /// <summary>Whether the camera is on the side's outside, which the order of its corners tells.</summary>
    private static bool IsVisible(StreetCamera camera, Vector3[] corners)
    {
        var inward = Vector3.Cross(corners[1] - corners[0], corners[2] - corners[1]);
        return Vector3.Dot(inward, corners[0] - new Vector3(0, camera.Height, 0)) > 0;
    }
}
