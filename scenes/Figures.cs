using System.Numerics;

namespace Streaming.Scenes;

/// <summary>Draws people and animals. Limbs that are farther away are drawn first.</summary>
internal static class Figures
{
    /// <summary>Somebody on foot.</summary>
    /// <param name="painter">Draws.</param>
    /// <param name="pose">Where.</param>
    /// <param name="look">Who.</param>
    /// <param name="stride">Where in a step they are, in radians.</param>
    public static void Pedestrian(Painter painter, Pose pose, Look look, float stride)
    {
        var s = look.Scale * (look.Variant < 0.12 ? 0.72f : 1);
        Shadow(painter, pose, 0.3f * s, 0.3f * s);
        var swing = 0.28f * MathF.Sin(stride) * s;
        var isSkirt = look.Variant is > 0.3 and < 0.5;
        foreach (var side in FarthestFirst(pose))
        {
            var hip = pose.At(side * 0.09f * s, 0.9f * s, 0);
            var knee = pose.At(side * 0.1f * s, 0.48f * s, side * swing * 0.6f);
            var foot = pose.At(side * 0.1f * s, 0.07f * s, side * swing);
            var colour = side > 0 ? look.Second : look.Second.Times(0.85);
            painter.Capsule(hip, knee, 0.095f * s, 0.075f * s, colour);
            painter.Capsule(knee, foot, 0.075f * s, 0.055f * s, isSkirt ? look.Skin : colour);
            painter.Capsule(
                foot, pose.At(side * 0.1f * s, 0.05f * s, (side * swing) + (0.13f * s)), 0.05f * s, Paint.Rgb(35, 30, 28));
        }

        if (isSkirt)
        {
            painter.Capsule(pose.At(0, 0.95f * s, 0), pose.At(0, 0.62f * s, 0), 0.15f * s, 0.22f * s, look.Main.Times(0.9));
        }

        var sides = FarthestFirst(pose);
        Arm(sides[0]);
        painter.Capsule(pose.At(0, 0.98f * s, 0), pose.At(0, 1.33f * s, 0.02f * s), 0.155f * s, 0.17f * s, look.Main);
        if (look.Variant > 0.8)
        {
            // A bag on the back.
            painter.Capsule(pose.At(0, 1.08f * s, -0.17f * s), pose.At(0, 1.3f * s, -0.17f * s), 0.12f * s, look.Hair);
        }

        Arm(sides[1]);
        painter.Capsule(pose.At(0, 1.45f * s, 0.02f * s), pose.At(0, 1.55f * s, 0.02f * s), 0.055f * s, look.Skin);
        painter.Ball(pose.At(0, 1.66f * s, 0.03f * s), 0.115f * s, look.Skin);
        painter.Ball(pose.At(0, 1.71f * s, -0.02f * s), 0.105f * s, look.Hair);

        void Arm(int side)
        {
            var shoulder = pose.At(side * 0.19f * s, 1.38f * s, 0);
            var elbow = pose.At(side * 0.23f * s, 1.1f * s, -side * swing * 0.5f);
            var hand = pose.At(side * 0.22f * s, 0.86f * s, (-side * swing) + (0.05f * s));
            painter.Capsule(shoulder, elbow, 0.06f * s, 0.052f * s, look.Main.Times(0.9));
            painter.Capsule(elbow, hand, 0.05f * s, 0.042f * s, look.Variant < 0.6 ? look.Main.Times(0.9) : look.Skin);
        }
    }

    /// <summary>A bicycle with its rider.</summary>
    /// <param name="painter">Draws.</param>
    /// <param name="pose">Where.</param>
    /// <param name="look">Who.</param>
    /// <param name="stride">Where the pedals are, in radians.</param>
    public static void Cyclist(Painter painter, Pose pose, Look look, float stride)
    {
        var s = look.Scale;
        Shadow(painter, pose, 0.25f * s, 0.8f * s);
        var frame = look.Hair.Times(1.2);
        foreach (var end in new[] { 0.53f * s, -0.53f * s }.OrderByDescending(end => pose.At(0, 0, end).Z))
        {
            // From ahead a wheel is a line: a thin plate alone would vanish.
            painter.Capsule(pose.At(0, 0.05f * s, end), pose.At(0, 0.65f * s, end), 0.035f * s, Paint.Rgb(26, 26, 28));
            Vehicles.Disc(painter, pose, 0, 0.34f * s, end, 0.34f * s, Paint.Rgb(26, 26, 28));
            Vehicles.Disc(painter, pose, 0, 0.34f * s, end, 0.27f * s, Paint.Rgb(120, 122, 124));
        }

        var (pedals, saddle, handle) = (
            pose.At(0, 0.3f * s, 0), pose.At(0, 0.92f * s, -0.18f * s), pose.At(0, 0.98f * s, 0.42f * s));
        painter.Capsule(pose.At(0, 0.34f * s, -0.53f * s), pedals, 0.025f * s, frame);
        painter.Capsule(pedals, saddle, 0.03f * s, frame);
        painter.Capsule(pedals, handle, 0.03f * s, frame);
        painter.Capsule(pose.At(0, 0.34f * s, 0.53f * s), handle, 0.028f * s, frame);
        painter.Capsule(pose.At(-0.25f * s, 1f * s, 0.42f * s), pose.At(0.25f * s, 1f * s, 0.42f * s), 0.025f * s, frame);

        var sides = FarthestFirst(pose);
        Leg(sides[0]);
        Arm(sides[0]);
        painter.Capsule(pose.At(0, 1f * s, -0.16f * s), pose.At(0, 1.4f * s, 0.12f * s), 0.15f * s, 0.16f * s, look.Main);
        Leg(sides[1]);
        Arm(sides[1]);
        painter.Ball(pose.At(0, 1.66f * s, 0.24f * s), 0.115f * s, look.Skin);
        painter.Capsule(pose.At(0, 1.73f * s, 0.16f * s), pose.At(0, 1.74f * s, 0.28f * s), 0.095f * s, look.Hair);

        void Leg(int side)
        {
            var (sin, cos) = MathF.SinCos(stride + (side > 0 ? 0 : MathF.PI));
            var foot = pose.At(side * 0.11f * s, (0.3f + (0.16f * sin)) * s, 0.16f * cos * s);
            var knee = pose.At(side * 0.11f * s, (0.68f + (0.1f * sin)) * s, (0.2f + (0.04f * cos)) * s);
            painter.Capsule(pose.At(side * 0.09f * s, 0.95f * s, -0.15f * s), knee, 0.09f * s, 0.07f * s, look.Second);
            painter.Capsule(knee, foot, 0.07f * s, 0.05f * s, look.Variant < 0.4 ? look.Skin : look.Second);
        }

        void Arm(int side)
        {
            painter.Capsule(
                pose.At(side * 0.18f * s, 1.4f * s, 0.12f * s),
                pose.At(side * 0.22f * s, 1.02f * s, 0.42f * s),
                0.058f * s,
                0.045f * s,
                look.Main.Times(0.9));
        }
    }

    /// <summary>A dog.</summary>
    /// <param name="painter">Draws.</param>
    /// <param name="pose">Where.</param>
    /// <param name="look">Which.</param>
    /// <param name="stride">Where in a step it is, in radians.</param>
    public static void Dog(Painter painter, Pose pose, Look look, float stride)
    {
        var s = look.Scale * 1.15f;
        Shadow(painter, pose, 0.15f * s, 0.45f * s);
        var colour = look.Skin;
        (int Side, int End)[] legs = [(-1, -1), (-1, 1), (1, -1), (1, 1)];
        foreach (var (side, end) in legs.OrderByDescending(leg => pose.At(leg.Side * 0.1f, 0, leg.End * 0.3f).Z))
        {
            var swing = 0.1f * MathF.Sin(stride + (side * end > 0 ? 0 : MathF.PI)) * s;
            painter.Capsule(
                pose.At(side * 0.1f * s, 0.42f * s, end * 0.28f * s),
                pose.At(side * 0.1f * s, 0.05f * s, (end * 0.28f * s) + swing),
                0.055f * s,
                0.04f * s,
                colour.Times(0.85));
        }

        painter.Capsule(pose.At(0, 0.5f * s, -0.32f * s), pose.At(0, 0.72f * s, -0.5f * s), 0.035f * s, colour);
        painter.Capsule(pose.At(0, 0.48f * s, -0.28f * s), pose.At(0, 0.5f * s, 0.3f * s), 0.14f * s, 0.15f * s, colour);
        painter.Capsule(pose.At(0, 0.58f * s, 0.36f * s), pose.At(0, 0.72f * s, 0.46f * s), 0.1f * s, colour);
        painter.Capsule(pose.At(0, 0.76f * s, 0.48f * s), pose.At(0, 0.72f * s, 0.66f * s), 0.105f * s, 0.055f * s, colour);
        painter.Capsule(pose.At(0.07f * s, 0.84f * s, 0.44f * s), pose.At(0.1f * s, 0.74f * s, 0.42f * s), 0.04f * s, look.Hair);
        painter.Capsule(
            pose.At(-0.07f * s, 0.84f * s, 0.44f * s), pose.At(-0.1f * s, 0.74f * s, 0.42f * s), 0.04f * s, look.Hair);
    }

    private static int[] FarthestFirst(Pose pose)
    {
        return pose.At(1, 0, 0).Z > pose.At(-1, 0, 0).Z ? [1, -1] : [-1, 1];
    }

    private static void Shadow(Painter painter, Pose pose, float half, float length)
    {
        Span<Vector3> outline = stackalloc Vector3[12];
        for (var i = 0; i < outline.Length; i++)
        {
            var (sin, cos) = MathF.SinCos(i * MathF.Tau / outline.Length);
            outline[i] = pose.At(half * sin, 0, length * cos);
        }

        painter.Shadow(outline, 0.65);
    }
}
