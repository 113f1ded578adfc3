using System.Numerics;
using OpenCvSharp;

namespace Streaming.Scenes;

/// <summary>What stands still: sky, ground, houses, and the things beside the road that hide others now and then.</summary>
internal sealed class Scenery
{
    private const float Far = 400;

    private readonly List<(float Depth, Action<Painter> Draw)> _props = [];
    private readonly List<Action<Painter>> _houses = [];
    private readonly float _roadHalf;
    private readonly float? _crossing;
    private readonly Scalar _skyTop;
    private readonly Scalar _skyLow;
    private readonly Scalar _asphalt;
    private readonly Scalar _pavement;
    private readonly Scalar _grass;

    /// <summary>Draws one by chance.</summary>
    /// <param name="roadHalf">Half the road's width in metres.</param>
    /// <param name="crossing">Depth of the crossing street, or null.</param>
    /// <param name="nearest">Depth at which the ground begins to be seen.</param>
    /// <param name="random">Chance.</param>
    public Scenery(float roadHalf, float? crossing, float nearest, Random random)
    {
        (_roadHalf, _crossing) = (roadHalf, crossing);
        var sky = Paint.Rgb(110 + random.Next(90), 150 + random.Next(70), 190 + random.Next(60));
        (_skyTop, _skyLow) = (sky, Paint.Mix(sky, Paint.Rgb(235, 235, 235), 0.3 + (0.6 * random.NextDouble())));
        var grey = 65 + random.Next(55);
        _asphalt = Paint.Rgb(grey, grey, grey + random.Next(8));
        var light = 130 + random.Next(70);
        _pavement = Paint.Rgb(light, light - random.Next(12), light - random.Next(25));
        _grass =
            random.NextDouble() < 0.5
                ? Paint.Rgb(80 + random.Next(40), 110 + random.Next(40), 60 + random.Next(30))
                : _pavement.Times(0.9);
        PlaceHouses(random);
        PlaceProps(nearest, random);
    }

    /// <summary>Things that stand beside the road, with the depth at which they do.</summary>
    public IReadOnlyList<(float Depth, Action<Painter> Draw)> Props => _props;

    /// <summary>Draws what is behind everything.</summary>
    public void Draw(Mat picture, Painter painter)
    {
        var horizon = (int)Math.Clamp(painter.Camera.Centre.Y, 1, picture.Rows - 1);
        for (var y = 0; y < horizon; y++)
        {
            Cv2.Line(picture, 0, y, picture.Cols, y, Paint.Mix(_skyTop, _skyLow, (double)y / horizon));
        }

        Cv2.Rectangle(picture, new Rect(0, horizon, picture.Cols, picture.Rows - horizon), _grass, -1);
        foreach (var house in _houses)
        {
            house(painter);
        }

        Strip(painter, _roadHalf + 3.2f, _pavement);
        if (_crossing is { } depth)
        {
            Across(painter, depth, 5.2f, _pavement);
            Across(painter, depth, 3.6f, _asphalt);
        }

        Strip(painter, _roadHalf, _asphalt);
        for (var z = 2f; z < 60; z += 5)
        {
            painter.Polygon(
                (Vector3[])[new(-0.08f, 0, z), new(0.08f, 0, z), new(0.08f, 0, z + 2.4f), new(-0.08f, 0, z + 2.4f)],
                Paint.Rgb(225, 225, 215));
        }

        foreach (var side in new[] { -1, 1 })
        {
            var edge = side * (_roadHalf - 0.15f);
            painter.Polygon(
                (Vector3[])
                    [new(edge - 0.06f, 0, 2), new(edge + 0.06f, 0, 2), new(edge + 0.06f, 0, 90), new(edge - 0.06f, 0, 90)],
                Paint.Rgb(215, 215, 205));
        }
    }

    private static void Strip(Painter painter, float half, Scalar colour)
    {
        painter.Polygon((Vector3[])[new(-half, 0, 2), new(half, 0, 2), new(half, 0, Far), new(-half, 0, Far)], colour);
    }

    private static void Across(Painter painter, float depth, float half, Scalar colour)
    {
        painter.Polygon(
            (Vector3[])
                [new(-80, 0, depth - half), new(80, 0, depth - half), new(80, 0, depth + half), new(-80, 0, depth + half)],
            colour);
    }

    private void PlaceHouses(Random random)
    {
        for (var z = 70f; z > 8; z -= 9 + random.Next(5))
        {
            foreach (var side in new[] { -1, 1 })
            {
                if (random.NextDouble() < 0.25 || (_crossing is { } depth && Math.Abs(z - depth) < 12))
                {
                    continue;
                }

                var paint = Paint.Rgb(110 + random.Next(110), 100 + random.Next(100), 90 + random.Next(100));
                var glass = Paint.Rgb(60 + random.Next(60), 75 + random.Next(60), 90 + random.Next(60));
                var (storeys, columns) = (2 + random.Next(5), 2 + random.Next(3));
                var centre = side * (_roadHalf + 8.5f + (3 * (float)random.NextDouble()));
                var block = new Block(new Pose(new Vector3(centre, 0, z), 0), 4.5f, -4, 4, 0, storeys * 3.1f);
                _houses.Add(painter => block.Draw(painter, paint, (face, on) =>
                {
                    if (face == Face.Top)
                    {
                        return;
                    }

                    for (var storey = 0; storey < storeys; storey++)
                    {
                        for (var column = 0; column < columns; column++)
                        {
                            var (s, t) = ((column + 0.25f) / columns, (storey + 0.3f) / storeys);
                            Block.Patch(painter, on, s, t, s + (0.5f / columns), t + (0.5f / storeys), glass);
                        }
                    }
                }));
            }
        }
    }

    private void PlaceProps(float nearest, Random random)
    {
        var count = random.Next(3, 12);
        for (var i = 0; i < count; i++)
        {
            var side = random.Next(2) == 0 ? -1 : 1;
            var foot = new Vector3(
                side * (_roadHalf + 0.4f + (3.5f * (float)random.NextDouble())), 0, nearest + (28 * (float)random.NextDouble()));
            var (kind, tone) = (random.Next(5), 0.7 + (0.5 * random.NextDouble()));
            _props.Add((foot.Z, kind switch
            {
                0 => painter => Tree(painter, foot, tone),
                1 => painter => Lamp(painter, foot, side),
                2 => painter => Sign(painter, foot, tone),
                3 => painter => Bin(painter, foot, tone),
                _ => painter => Bush(painter, foot, tone),
            }));
        }
    }

    private static void Tree(Painter painter, Vector3 foot, double tone)
    {
        painter.Capsule(foot, foot + new Vector3(0, 2.6f, 0), 0.16f, 0.1f, Paint.Rgb(85, 65, 45).Times(tone));
        foreach (var (x, y, radius) in new[] { (-0.6f, 3.2f, 0.9f), (0.6f, 3.3f, 0.9f), (0f, 3.9f, 1f), (0f, 3f, 0.9f) })
        {
            painter.Ball(foot + new Vector3(x, y, 0), radius, Paint.Rgb(60, 105, 50).Times(tone + (0.05 * x)));
        }
    }

    private static void Bush(Painter painter, Vector3 foot, double tone)
    {
        foreach (var x in new[] { -0.5f, 0.5f, 0 })
        {
            painter.Ball(foot + new Vector3(x, 0.4f, 0), 0.5f, Paint.Rgb(55, 95, 50).Times(tone + (0.1 * x)));
        }
    }

    private static void Lamp(Painter painter, Vector3 foot, int side)
    {
        var top = foot + new Vector3(0, 5.5f, 0);
        painter.Capsule(foot, top, 0.08f, 0.05f, Paint.Rgb(70, 72, 75));
        painter.Capsule(top, top + new Vector3(-side * 1.3f, 0.15f, 0), 0.05f, Paint.Rgb(70, 72, 75));
        painter.Capsule(
            top + new Vector3(-side * 1.2f, 0.1f, 0), top + new Vector3(-side * 1.6f, 0.1f, 0), 0.1f, Paint.Rgb(240, 235, 205));
    }

    private static void Sign(Painter painter, Vector3 foot, double tone)
    {
        painter.Capsule(foot, foot + new Vector3(0, 2.2f, 0), 0.04f, Paint.Rgb(140, 142, 145));
        painter.Ball(foot + new Vector3(0, 2.35f, 0), 0.32f, Paint.Rgb(200, 35, 35).Times(tone));
        painter.Ball(foot + new Vector3(0, 2.35f, -0.01f), 0.22f, Paint.Rgb(235, 235, 235));
    }

    private static void Bin(Painter painter, Vector3 foot, double tone)
    {
        new Block(new Pose(foot, 0), 0.3f, -0.3f, 0.3f, 0, 0.95f).Draw(painter, Paint.Rgb(70, 90, 75).Times(tone));
    }
}
