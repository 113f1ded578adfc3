using System.Runtime.InteropServices;
using Streaming.Model.Structures;

namespace Streaming.Stages.Track;

/// <summary>The overlap of two masks of which one has moved, by their run lengths alone: no bitmap is made.</summary>
internal static class MaskOverlap
{
    /// <summary>Intersection over union; 0 when nothing of the moved mask is left in the picture.</summary>
    /// <param name="moved">A mask.</param>
    /// <param name="right">Columns by which it has moved.</param>
    /// <param name="down">Rows by which it has moved.</param>
    /// <param name="other">A mask of the same size.</param>
    public static double IoU(Rle moved, int right, int down, Rle other)
    {
        var (intersection, area) = (0L, 0L);
        var a = new ColumnRuns(Counts(moved), moved.Size, right, down);
        var b = new ColumnRuns(Counts(other), other.Size, 0, 0);
        var hasB = b.MoveNext();
        while (a.MoveNext())
        {
            area += a.End - a.Start;
            while (hasB && b.End <= a.Start)
            {
                hasB = b.MoveNext();
            }

            // The last run that meets this one may meet the next one too: it stays.
            while (hasB && b.Start < a.End)
            {
                intersection += Math.Min(a.End, b.End) - Math.Max(a.Start, b.Start);
                if (b.End > a.End)
                {
                    break;
                }

                hasB = b.MoveNext();
            }
        }

        return intersection == 0 ? 0 : (double)intersection / (area + other.Area - intersection);
    }

    private static ReadOnlySpan<uint> Counts(Rle mask)
    {
        return mask.Counts is List<uint> list ? CollectionsMarshal.AsSpan(list) : mask.Counts.ToArray();
    }

    /// <summary>
    /// The set pixels of a moved mask as runs within columns, in order, as far as they are in the picture. Pixels are numbered
    /// down the columns.
    /// </summary>
    private ref struct ColumnRuns(ReadOnlySpan<uint> counts, ImageSize size, int right, int down)
    {
        private readonly ReadOnlySpan<uint> _counts = counts;
        private int _next;

        /// <summary>What is left of the mask's current run, where it was before it moved.</summary>
        private long _from, _to;

        public long Start { get; private set; }

        public long End { get; private set; }

        public bool MoveNext()
        {
            var (height, width) = (size.Height, size.Width);
            while (true)
            {
                while (_from == _to)
                {
                    if (_next >= _counts.Length)
                    {
                        return false;
                    }

                    _from += _next % 2 == 0 ? _counts[_next] : 0;
                    _to = _from + (_next % 2 == 0 ? 0 : _counts[_next]);
                    _next++;
                }

                // The part in one column.
                var column = _from / height;
                var (top, end) = (_from - (column * height), Math.Min(_to - (column * height), height));
                _from = (column * height) + end;
                var (movedTop, movedEnd) = (Math.Max(top + down, 0), Math.Min(end + down, height));
                column += right;
                if (column >= 0 && column < width && movedTop < movedEnd)
                {
                    (Start, End) = ((column * height) + movedTop, (column * height) + movedEnd);
                    return true;
                }
            }
        }
    }
}
