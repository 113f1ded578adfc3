using OpenCvSharp;

namespace Streaming.Scenes;

/// <summary>Draws cars, buses and trucks.</summary>
internal static class Vehicles
{
    private static readonly Scalar Tyre = Paint.Rgb(24, 24, 26);
    private static readonly Scalar Hub = Paint.Rgb(150, 152, 156);
    private static readonly Scalar Glass = Paint.Rgb(55, 70, 85);
    private static readonly Scalar Headlight = Paint.Rgb(250, 245, 215);
    private static readonly Scalar Taillight = Paint.Rgb(190, 20, 25);
    private static readonly Scalar Plate = Paint.Rgb(235, 235, 225);
    private static readonly Scalar Cargo = Paint.Rgb(222, 222, 216);

    /// <summary>A car: a body with a cabin on it.</summary>
    public static void Car(Painter painter, Pose pose, Look look)
    {
        var s = look.Scale;
        var isVan = look.Variant > 0.75;
        var (half, length) = (0.9f * s, 2.15f * s);
        var waist = 0.85f * s;
        Shadow(painter, pose, half + 0.1f, length + 0.1f);
        Axles(painter, pose, half, 1.35f * s, 0.32f * s);
        var body = new Block(pose, half, -length, length, 0.22f * s, waist)
        {
            Slope = 0.04f,
            SlopeAhead = 0.12f,
            SlopeBack = 0.05f,
        };
        body.Draw(painter, look.Main, (face, on) =>
        {
            if (face is Face.Front or Face.Back)
            {
                var light = face == Face.Front ? Headlight : Taillight;
                Block.Patch(painter, on, 0.04f, 0.55f, 0.24f, 0.85f, light);
                Block.Patch(painter, on, 0.76f, 0.55f, 0.96f, 0.85f, light);
                Block.Patch(painter, on, 0.36f, 0.15f, 0.64f, 0.38f, Plate);
            }
        });
        SideWheels(painter, pose, half, 1.35f * s, 0.32f * s);
        var cabin = isVan
            ? new Block(pose, half - 0.04f, -length + 0.05f, 1.1f * s, waist, 1.75f * s)
            {
                Slope = 0.12f,
                SlopeAhead = 0.6f,
                SlopeBack = 0.1f,
            }
            : new Block(pose, half - 0.06f, (look.Variant < 0.35 ? -1.9f : -1.5f) * s, 0.95f * s, waist, 1.45f * s)
            {
                Slope = 0.16f,
                SlopeAhead = 0.65f,
                SlopeBack = look.Variant < 0.35 ? 0.25f : 0.5f,
            };
        cabin.Draw(painter, look.Main, (face, on) =>
        {
            if (face is Face.Front or Face.Back)
            {
                Block.Patch(painter, on, 0.07f, 0.12f, 0.93f, 0.92f, Glass);
            }
            else if (face != Face.Top)
            {
                Block.Patch(painter, on, 0.08f, 0.15f, 0.47f, 0.88f, Glass);
                Block.Patch(painter, on, 0.53f, 0.15f, 0.92f, 0.88f, Glass);
            }
        });
    }

    /// <summary>A bus: one long box with a row of windows.</summary>
    public static void Bus(Painter painter, Pose pose, Look look)
    {
        var s = look.Scale;
        var (half, length) = (1.25f * s, (look.Variant < 0.5 ? 4.6f : 5.6f) * s);
        Shadow(painter, pose, half + 0.1f, length + 0.1f);
        Axles(painter, pose, half, length * 0.62f, 0.48f * s);
        new Block(pose, half, -length, length, 0.3f * s, 3f * s) { Slope = 0.05f }.Draw(painter, look.Main, (face, on) =>
        {
            switch (face)
            {
                case Face.Front:
                    Block.Patch(painter, on, 0.06f, 0.3f, 0.94f, 0.8f, Glass);
                    Block.Patch(painter, on, 0.2f, 0.85f, 0.8f, 0.96f, Paint.Rgb(25, 25, 20));
                    Block.Patch(painter, on, 0.28f, 0.87f, 0.6f, 0.94f, Paint.Rgb(250, 170, 40));
                    Block.Patch(painter, on, 0.05f, 0.06f, 0.2f, 0.14f, Headlight);
                    Block.Patch(painter, on, 0.8f, 0.06f, 0.95f, 0.14f, Headlight);
                    break;
                case Face.Back:
                    Block.Patch(painter, on, 0.15f, 0.55f, 0.85f, 0.88f, Glass);
                    Block.Patch(painter, on, 0.03f, 0.1f, 0.12f, 0.3f, Taillight);
                    Block.Patch(painter, on, 0.88f, 0.1f, 0.97f, 0.3f, Taillight);
                    break;
                case Face.Left or Face.Right:
                    for (var i = 0; i < 6; i++)
                    {
                        Block.Patch(painter, on, 0.03f + (i * 0.16f), 0.45f, 0.165f + (i * 0.16f), 0.82f, Glass);
                    }

                    Block.Patch(painter, on, 0, 0.2f, 1, 0.26f, look.Second);
                    break;
            }
        });
        SideWheels(painter, pose, half, length * 0.62f, 0.48f * s);
    }

    /// <summary>A truck: a cab, and a box behind it.</summary>
    public static void Truck(Painter painter, Pose pose, Look look)
    {
        var s = look.Scale;
        var half = 1.15f * s;
        Shadow(painter, pose, half + 0.1f, 3.7f * s);
        Axles(painter, pose, half, 2.4f * s, 0.45f * s);
        var cab = new Block(pose, half - 0.05f, 1.7f * s, 3.5f * s, 0.35f * s, 2.35f * s) { SlopeAhead = 0.25f, Slope = 0.04f };
        var cargo = new Block(pose, half, -3.6f * s, 1.55f * s, 0.75f * s, (look.Variant < 0.5 ? 3.1f : 2.7f) * s);
        foreach (var part in new[] { cab, cargo }.OrderByDescending(part => part.Depth))
        {
            part.Draw(painter, part == cab ? look.Main : Paint.Mix(Cargo, look.Main, look.Variant * 0.3), (face, on) =>
            {
                if (part == cargo && face is Face.Left or Face.Right)
                {
                    Block.Patch(painter, on, 0.2f, 0.4f, 0.8f, 0.65f, look.Second);
                }
                else if (part == cab && face == Face.Front)
                {
                    Block.Patch(painter, on, 0.07f, 0.5f, 0.93f, 0.92f, Glass);
                    Block.Patch(painter, on, 0.05f, 0.08f, 0.22f, 0.2f, Headlight);
                    Block.Patch(painter, on, 0.78f, 0.08f, 0.95f, 0.2f, Headlight);
                }
                else if (part == cab && face is Face.Left or Face.Right)
                {
                    Block.Patch(painter, on, 0.3f, 0.5f, 0.8f, 0.9f, Glass);
                }
            });
        }

        SideWheels(painter, pose, half, 2.4f * s, 0.45f * s);
    }

    private static void Shadow(Painter painter, Pose pose, float half, float length)
    {
        painter.Shadow(
            [pose.At(-half, 0, -length), pose.At(half, 0, -length), pose.At(half, 0, length), pose.At(-half, 0, length)], 0.55);
    }

    /// <summary>The tyres as they show under the body from ahead or behind.</summary>
    private static void Axles(Painter painter, Pose pose, float half, float at, float radius)
    {
        foreach (var end in new[] { at, -at })
        {
            foreach (var side in new[] { 1, -1 })
            {
                new Block(pose, 0, end - radius, end + radius, 0, radius).DrawTyre(
                    painter, side * (half - 0.25f), side * (half - 0.02f));
            }
        }
    }

    private static void DrawTyre(this Block block, Painter painter, float inner, float outer)
    {
        var middle = (inner + outer) / 2;
        var pose = block.Pose with { Position = block.Pose.At(middle, 0, 0) };
        (block with { Pose = pose, Half = Math.Abs(outer - inner) / 2 }).Draw(painter, Tyre);
    }

    private static void SideWheels(Painter painter, Pose pose, float half, float at, float radius)
    {
        // Only the side that faces the camera shows its wheels.
        var side = pose.At(1, 0, 0).Length() < pose.At(-1, 0, 0).Length() ? 1 : -1;
        foreach (var end in new[] { at, -at })
        {
            Disc(painter, pose, side * (half + 0.01f), radius, end, radius, Tyre);
            Disc(painter, pose, side * (half + 0.01f), radius, end, radius * 0.55f, Hub);
        }
    }

    /// <summary>A wheel seen from its side: a round plate along the object's length.</summary>
    internal static void Disc(Painter painter, Pose pose, float right, float up, float forward, float radius, Scalar colour)
    {
        Span<System.Numerics.Vector3> rim = stackalloc System.Numerics.Vector3[16];
        for (var i = 0; i < rim.Length; i++)
        {
            var (sin, cos) = MathF.SinCos(i * MathF.Tau / rim.Length);
            rim[i] = pose.At(right, up + (radius * sin), forward + (radius * cos));
        }

        painter.Polygon(rim, colour);
    }
}
