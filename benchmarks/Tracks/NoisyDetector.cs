using Streaming.Config.Zoo;
using Streaming.Model.Structures;
using Streaming.Scenes;

namespace Streaming.Benchmarks.Tracks;

/// <summary>
/// What a detector might make of the truth: boxes with jitter, masks that are moved with them and a pixel too small or too
/// large, scores that fall with what is hidden, objects that are missed, and some that are not there. The same for the same
/// street and frame, at whatever rate frames are looked at.
/// </summary>
internal static class NoisyDetector
{
    /// <summary>Standard deviation of each edge, as a share of the box's width or height.</summary>
    private const double Jitter = 0.03;

    /// <summary>How often an object in full view is missed, and how much more often one that is hidden.</summary>
    private const double MissRate = 0.05;
    private const double MissRateHidden = 0.4;

    private const double ScoreInView = 0.92;
    private const double ScoreLossHidden = 0.5;
    private const double ScoreNoise = 0.08;

    /// <summary>False detections a frame, and their highest score.</summary>
    private const double FalseRate = 0.2;
    private const double FalseScore = 0.75;

    private static readonly StreetKind[] Kinds = Enum.GetValues<StreetKind>();

    /// <summary>The detections of a frame, best first, each with the id of what it shows; null for what is not there.</summary>
    public static IReadOnlyList<(Detection Detection, long? Id)> Detect(
        IReadOnlyList<StreetObject> objects, ImageSize size, long seed, long frame)
    {
        var random = new Random((int)(SplitMix.Mix((seed << 32) + frame) & int.MaxValue));
        var found = new List<(Detection, long?)>();
        foreach (var item in objects)
        {
            var isMissed = random.NextDouble() < MissRate + (MissRateHidden * (1 - item.Visible));
            var detection = Disturb(item, size, random);
            if (!isMissed && detection.Box.IsNonEmpty())
            {
                found.Add((detection, item.Id));
            }
        }

        if (random.NextDouble() < FalseRate)
        {
            found.Add((Invent(size, random), null));
        }

        return [.. found.OrderByDescending(item => item.Item1.Score)];
    }

    private static Detection Disturb(StreetObject item, ImageSize size, Random random)
    {
        var (x, y, width, height) = item.Mask.BoundingBox();
        double Edge(double at, int side)
        {
            return at + (Normal(random) * Jitter * side);
        }

        var box = new Box(
            (float)Edge(x, width), (float)Edge(y, height), (float)Edge(x + width, width), (float)Edge(y + height, height));
        var (right, down) = (((box.X0 + box.X1) / 2) - (x + (width / 2f)), ((box.Y0 + box.Y1) / 2) - (y + (height / 2f)));
        var score = ScoreInView - (ScoreLossHidden * (1 - item.Visible)) + (Normal(random) * ScoreNoise);
        var mask = Move(item.Mask, (int)MathF.Round(right), (int)MathF.Round(down), random.Next(-1, 2));
        return Detection(item.Kind, score, box.ClipTo(size), mask);
    }

    /// <summary>A mask moved by whole pixels, then eroded (-1) or dilated (1) by a pixel each way, or left (0).</summary>
    private static Rle Move(Rle mask, int right, int down, int grow)
    {
        var (size, (x, y, width, height)) = (mask.Size, mask.BoundingBox());

        // The mask's box and two pixels around it, column by column.
        const int Margin = 2;
        var rows = height + (2 * Margin);
        var pixels = new bool[(width + (2 * Margin)) * rows];
        var at = 0L;
        for (var i = 0; i < mask.Counts.Count; at += mask.Counts[i++])
        {
            for (var set = at; i % 2 == 1 && set < at + mask.Counts[i]; set++)
            {
                pixels[(((set / size.Height) - x + Margin) * rows) + (set % size.Height) - y + Margin] = true;
            }
        }

        var (counts, end) = (new List<uint>(), 0L);
        for (var i = rows; i < pixels.Length - rows; i++)
        {
            bool[] around = [pixels[i], pixels[i - 1], pixels[i + 1], pixels[i - rows], pixels[i + rows]];
            var isSet = grow < 0 ? around.All(pixel => pixel) : grow > 0 ? around.Any(pixel => pixel) : pixels[i];
            var (column, row) = ((i / rows) + x - Margin + right, (i % rows) + y - Margin + down);
            if (!isSet || column < 0 || column >= size.Width || row < 0 || row >= size.Height)
            {
                continue;
            }

            var place = ((long)column * size.Height) + row;
            if (place > end || counts.Count == 0)
            {
                counts.AddRange([(uint)(place - end), 0]);
            }

            (counts[^1], end) = (counts[^1] + 1, place + 1);
        }

        counts.Add((uint)(((long)size.Height * size.Width) - end));
        return new Rle(size, counts);
    }

    private static Detection Invent(ImageSize size, Random random)
    {
        var (width, height) = ((int)(size.Width * (0.03 + (0.1 * random.NextDouble()))), (int)(size.Height * 0.2));
        var (x, y) = (random.Next(size.Width - width), random.Next(size.Height - height));
        var pixels = new byte[size.Height * size.Width];
        for (var row = y; row < y + height; row++)
        {
            pixels.AsSpan((row * size.Width) + x, width).Fill(1);
        }

        return Detection(
            Kinds[random.Next(Kinds.Length)],
            FalseScore * random.NextDouble(),
            new Box(x, y, x + width, y + height),
            Rle.Encode(pixels, size));
    }

    private static Detection Detection(StreetKind kind, double score, Box box, Rle mask)
    {
        var number = Array.IndexOf(Kinds, kind);
        return new Detection(
            number, new Category(number + 1, kind.ToString()), (float)Math.Clamp(score, 0.05, 0.99), box, mask);
    }

    /// <summary>A normally distributed number (Box and Muller's method).</summary>
    private static double Normal(Random random)
    {
        return Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(Math.Tau * random.NextDouble());
    }
}
