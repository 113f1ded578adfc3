namespace Streaming.Fuzz;

/// <summary>Makes damaged variants of good inputs; the same seed makes the same ones.</summary>
/// <param name="seeds">Good inputs.</param>
/// <param name="random">Decides.</param>
public sealed class Mutator(IReadOnlyList<byte[]> seeds, Random random)
{
    private static readonly long[] Interesting =
        [0, 1, -1, 127, 128, 255, 256, 32767, 65535, int.MaxValue, uint.MaxValue, long.MaxValue, long.MinValue];

    /// <summary>A good input with one to four damages.</summary>
    public byte[] Next()
    {
        var bytes = seeds[random.Next(seeds.Count)].ToList();
        for (var i = random.Next(1, 5); i > 0; i--)
        {
            Damage(bytes);
        }

        return [.. bytes];
    }

    private void Damage(List<byte> bytes)
    {
        var at = Position(bytes.Count);
        switch (random.Next(9))
        {
            case 0 when bytes.Count > 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when bytes.Count > 0:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes.Insert(at, (byte)random.Next(256));
                break;
            case 3 when bytes.Count > 0:
                bytes.RemoveRange(at, Math.Min(random.Next(1, 17), bytes.Count - at));
                break;
            case 4:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 5:
                // A piece of itself again: nested structures, repeated keys.
                var from = Position(bytes.Count);
                bytes.InsertRange(at, bytes.GetRange(from, Math.Min(random.Next(1, 65), bytes.Count - from)));
                break;
            case 6:
                var other = seeds[random.Next(seeds.Count)];
                var start = Position(other.Length);
                bytes.InsertRange(at, other.AsSpan(start, Math.Min(random.Next(1, 65), other.Length - start)).ToArray());
                break;
            case 7:
                // A length or a number at its limits.
                var number = BitConverter.GetBytes(Interesting[random.Next(Interesting.Length)]);
                for (int i = 0, width = 1 << random.Next(4); i < width && at + i < bytes.Count; i++)
                {
                    bytes[at + i] = number[i];
                }

                break;
            case 8:
                // Deep nesting, long runs.
                var repeated = bytes.Count > 0 ? bytes[Math.Min(at, bytes.Count - 1)] : (byte)'[';
                bytes.InsertRange(at, Enumerable.Repeat(repeated, random.Next(1, 300)));
                break;
        }
    }

    /// <summary>Mostly near the ends, where headers and structures are.</summary>
    private int Position(int length)
    {
        return random.Next(3) switch
        {
            0 => random.Next(length + 1),
            1 => random.Next(Math.Min(length, 512) + 1),
            _ => length - random.Next(Math.Min(length, 512) + 1),
        } is var at && at < length ? at : Math.Max(length - 1, 0);
    }
}
