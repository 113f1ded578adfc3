using System.Numerics;
using OpenCvSharp;
using Streaming.Model.Structures;

namespace Streaming.Scenes;

/// <summary>
/// A camera above a street that runs away from it. World coordinates are metres: X to the right, Y up from the ground, Z away
/// from the camera.
/// </summary>
/// <param name="Size">The picture's size in pixels.</param>
/// <param name="Focal">Focal length in pixels.</param>
/// <param name="Height">Above the ground, in metres.</param>
/// <param name="Centre">The vanishing point in pixels: its y is the horizon.</param>
internal sealed record StreetCamera(ImageSize Size, float Focal, float Height, Vector2 Centre)
{
    /// <summary>What is closer, in metres, is not drawn.</summary>
    public const float Near = 1.5f;

    /// <summary>The depth at which the ground leaves the picture at its lower edge.</summary>
    public float NearestGround => Focal * Height / (Size.Height - Centre.Y);

    /// <summary>A point in the picture.</summary>
    public Vector2 Project(Vector3 point)
    {
        return Centre + (new Vector2(point.X, Height - point.Y) * (Focal / point.Z));
    }

    /// <summary>How wide the street is that the camera sees at a depth, in metres.</summary>
    public float WidthAt(float depth)
    {
        return Size.Width * depth / Focal;
    }
}

/// <summary>Colours in the order B, G, R.</summary>
internal static class Paint
{
    /// <summary>A colour from red, green and blue.</summary>
    public static Scalar Rgb(int red, int green, int blue)
    {
        return new Scalar(blue, green, red);
    }

    /// <summary>Darker or lighter.</summary>
    public static Scalar Times(this Scalar colour, double factor)
    {
        return new Scalar(
            Math.Min(colour.Val0 * factor, 255), Math.Min(colour.Val1 * factor, 255), Math.Min(colour.Val2 * factor, 255));
    }

    /// <summary>A little of it and a little of another.</summary>
    public static Scalar Mix(Scalar a, Scalar b, double share)
    {
        return new Scalar(
            a.Val0 + ((b.Val0 - a.Val0) * share), a.Val1 + ((b.Val1 - a.Val1) * share), a.Val2 + ((b.Val2 - a.Val2) * share));
    }
}
