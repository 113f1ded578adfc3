using Streaming.Model.Structures;

namespace Streaming.Stages.Gate;

/// <summary>Finds cells that are set and touch each other, corners included.</summary>
/// <param name="size">Height and width of the pictures.</param>
internal sealed class Regions(ImageSize size)
{
    private readonly int[] _stack = new int[size.Height * size.Width];
    private readonly bool[] _seen = new bool[size.Height * size.Width];

    /// <summary>Counts the regions that somebody accepts.</summary>
    /// <param name="cells">Rows of cells.</param>
    /// <param name="accepts">Gets the numbers of a region's cells, which are valid during the call.</param>
    public int Count(ReadOnlySpan<bool> cells, Func<ReadOnlySpan<int>, bool> accepts)
    {
        Array.Clear(_seen);
        var count = 0;
        for (var start = 0; start < cells.Length; start++)
        {
            if (cells[start] && !_seen[start] && accepts(_stack.AsSpan(0, Fill(cells, start))))
            {
                count++;
            }
        }

        return count;
    }

    /// <summary>Collects a region at the beginning of the stack.</summary>
    private int Fill(ReadOnlySpan<bool> cells, int start)
    {
        var (done, count) = (0, 1);
        (_stack[0], _seen[start]) = (start, true);
        while (done < count)
        {
            var (y, x) = Math.DivRem(_stack[done++], size.Width);
            for (var ny = Math.Max(y - 1, 0); ny <= Math.Min(y + 1, size.Height - 1); ny++)
            {
                for (var nx = Math.Max(x - 1, 0); nx <= Math.Min(x + 1, size.Width - 1); nx++)
                {
                    var next = (ny * size.Width) + nx;
                    if (cells[next] && !_seen[next])
                    {
                        _seen[next] = true;
                        _stack[count++] = next;
                    }
                }
            }
        }

        return count;
    }
}
