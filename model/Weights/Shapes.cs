namespace Streaming.Model.Weights;

/// <summary>Checks of shapes that come from a file.</summary>
internal static class Shapes
{
    private const int MaxRank = 8;

    /// <summary>How many numbers a shape holds, or -1 when it is negative, absurd or of too many sides.</summary>
    public static long Count(IReadOnlyList<long> shape)
    {
        if (shape.Count > MaxRank)
        {
            return -1;
        }

        var count = 1L;
        foreach (var side in shape)
        {
            if (side < 0 || (side > 0 && count > int.MaxValue / side))
            {
                return -1;
            }

            count *= side;
        }

        return count;
    }

    /// <summary>Whether the shape's numbers take exactly so many bytes.</summary>
    public static bool HasBytes(IReadOnlyList<long> shape, ElementType type, long bytes)
    {
        var count = Count(shape);
        return count >= 0 && count * type.Size() == bytes;
    }
}
