using System.Numerics;

namespace Streaming.Scenes;

/// <summary>Fills a street's lanes and pavements.</summary>
internal static class Traffic
{
    /// <summary>How far away the street is still busy, in metres.</summary>
    private const float Far = 30;

    /// <summary>Cars are as frequent as all others together.</summary>
    private static readonly StreetKind[] Motorised = [StreetKind.Car, StreetKind.Car, StreetKind.Bus, StreetKind.Truck];
    private static readonly StreetKind[] Walking = [StreetKind.Pedestrian, StreetKind.Dog];

    /// <summary>Everything that moves, by chance.</summary>
    /// <param name="camera">Sees it.</param>
    /// <param name="roadHalf">Half the road's width in metres.</param>
    /// <param name="crossing">Depth of the crossing street, or null.</param>
    /// <param name="kinds">What may come.</param>
    /// <param name="random">Chance.</param>
    public static List<Actor> Of(
        StreetCamera camera, float roadHalf, float? crossing, IReadOnlyList<StreetKind> kinds, Random random)
    {
        var actors = new List<Actor>();
        var near = camera.NearestGround;
        float Between(float low, float high)
        {
            return low + ((high - low) * (float)random.NextDouble());
        }

        void Fill(Lane lane, float spacing, double density, float spread, params StreetKind[] wanted)
        {
            StreetKind[] possible = [.. wanted.Where(kinds.Contains)];
            for (var slot = 0; possible.Length > 0 && slot < (int)(lane.Length / spacing); slot++)
            {
                if (random.NextDouble() < density)
                {
                    var kind = possible[random.Next(possible.Length)];
                    actors.Add(
                        new Actor(
                            kind,
                            Look.Of(kind, random),
                            lane,
                            (slot + Between(0, 0.2f)) * spacing,
                            Between(-spread, spread),
                            Between(0, MathF.Tau)));
                }
            }
        }

        // Along the road: away on the right, towards the camera on the left, bicycles at its edges.
        var (begin, length) = (Math.Max(near - 6, 3), Far - Math.Max(near - 6, 3));
        var density = Between(0.35f, 0.85f);
        Fill(new Lane(new Vector3(roadHalf * 0.45f, 0, begin), 0, length, Between(2, 7)), 12, density, 0.3f, Motorised);
        Fill(new Lane(new Vector3(-roadHalf * 0.45f, 0, Far), MathF.PI, length, Between(2, 7)), 12, density, 0.3f, Motorised);
        Fill(
            new Lane(new Vector3(roadHalf - 0.6f, 0, begin), 0, length, Between(2, 4)),
            6,
            density * 0.6,
            0.2f,
            StreetKind.Cyclist);
        Fill(
            new Lane(new Vector3(-roadHalf + 0.6f, 0, Far), MathF.PI, length, Between(2, 4)),
            6,
            density * 0.6,
            0.2f,
            StreetKind.Cyclist);

        // On the pavements, both ways.
        foreach (var side in new[] { 1, -1 })
        {
            var busy = Between(0.05f, 0.3f);
            Fill(
                new Lane(new Vector3(side * (roadHalf + 0.9f), 0, begin), 0, length, Between(0.7f, 1.6f)),
                3.2f,
                busy,
                0.25f,
                Walking);
            Fill(
                new Lane(new Vector3(side * (roadHalf + 2f), 0, Far), MathF.PI, length, Between(0.7f, 1.6f)),
                3.2f,
                busy,
                0.25f,
                Walking);
        }

        if (crossing is { } depth)
        {
            var half = (camera.WidthAt(depth) / 2) + 9;
            Fill(
                new Lane(new Vector3(-half, 0, depth + 1.7f), MathF.PI / 2, 2 * half, Between(3, 7)),
                14,
                Between(0.3f, 0.7f),
                0.2f,
                Motorised);
            Fill(
                new Lane(new Vector3(half, 0, depth - 1.7f), -MathF.PI / 2, 2 * half, Between(3, 7)),
                14,
                Between(0.3f, 0.7f),
                0.2f,
                Motorised);
            Fill(
                new Lane(new Vector3(-half, 0, depth - 3.9f), MathF.PI / 2, 2 * half, Between(2.5f, 4)),
                7,
                Between(0.1f, 0.4f),
                0.2f,
                StreetKind.Cyclist);
        }

        // Across the road in front.
        if (random.NextDouble() < 0.6)
        {
            var (at, half) = (Between(near + 1, near + 6), roadHalf + 4);
            Fill(
                new Lane(new Vector3(-half, 0, at), MathF.PI / 2, 2 * half, Between(0.9f, 1.6f)),
                2.6f,
                Between(0.1f, 0.5f),
                0.3f,
                Walking);
            Fill(
                new Lane(new Vector3(half, 0, at + 1.2f), -MathF.PI / 2, 2 * half, Between(0.9f, 1.6f)),
                2.6f,
                Between(0.1f, 0.5f),
                0.3f,
                Walking);
        }

        return actors;
    }
}
