using Streaming.Model.Structures;

namespace Streaming.Stages.Export;

/// <summary>The pixels of a mask within the smallest box that holds all that are set.</summary>
internal sealed class MaskPixels
{
    private readonly bool[] _isSet;

    /// <param name="mask">The mask.</param>
    public MaskPixels(Rle mask)
    {
        (Left, Top, Width, Height) = mask.BoundingBox();
        _isSet = new bool[Width * Height];
        var at = 0L;
        for (var i = 0; i < mask.Counts.Count; i++)
        {
            var end = at + mask.Counts[i];
            for (; i % 2 == 1 && at < end; at++)
            {
                _isSet[(((int)(at % mask.Size.Height) - Top) * Width) + (int)(at / mask.Size.Height) - Left] = true;
            }

            at = end;
        }
    }

    /// <summary>The box's first column in the frame.</summary>
    public int Left { get; }

    /// <summary>The box's first row in the frame.</summary>
    public int Top { get; }

    /// <summary>Columns; 0 for an empty mask.</summary>
    public int Width { get; }

    /// <summary>Rows; 0 for an empty mask.</summary>
    public int Height { get; }

    /// <summary>Whether a pixel is set; outside the box none is.</summary>
    public bool this[int x, int y] => x >= 0 && y >= 0 && x < Width && y < Height && _isSet[(y * Width) + x];

    /// <summary>Lengths of alternating runs in rows, the first one of pixels that are not set, which may be 0.</summary>
    public IReadOnlyList<int> RowRuns()
    {
        var runs = new List<int> { 0 };
        foreach (var isSet in _isSet)
        {
            if (isSet != (runs.Count % 2 == 0))
            {
                runs.Add(0);
            }

            runs[^1]++;
        }

        return runs;
    }
}
