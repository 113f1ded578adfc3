using System.Text;

namespace Streaming.Model.Structures;

/// <summary>
/// A binary mask in COCO's run lengths: pixels in column order, the lengths of alternating runs, the first one of zeros.
/// The text form packs each length, as its difference to the one two before, into characters of 5 bits (pycocotools).
/// </summary>
public sealed class Rle
{
    private const long MaxPixels = 1L << 32;

    /// <summary>Creates a mask from run lengths.</summary>
    /// <param name="size">The image's size.</param>
    /// <param name="counts">Lengths of runs in column order, zeros first; their sum is the number of pixels.</param>
    /// <exception cref="FormatException">The lengths do not add up.</exception>
    public Rle(ImageSize size, IReadOnlyList<uint> counts)
    {
        (Size, Counts) = (size, counts);
        var sum = 0L;
        foreach (var count in counts)
        {
            sum += count;
        }

        if (size.Height < 0 || size.Width < 0 || sum != (long)size.Height * size.Width)
        {
            throw new FormatException($"The run lengths add up to {sum} pixels, not to the {size} of the image.");
        }
    }

    /// <summary>The image's size.</summary>
    public ImageSize Size { get; }

    /// <summary>Lengths of runs in column order, zeros first.</summary>
    public IReadOnlyList<uint> Counts { get; }

    /// <summary>Number of pixels that are set.</summary>
    public long Area
    {
        get
        {
            var area = 0L;
            for (var i = 1; i < Counts.Count; i += 2)
            {
                area += Counts[i];
            }

            return area;
        }
    }

    /// <summary>Encodes a mask.</summary>
    /// <param name="mask">One byte a pixel in rows; anything but 0 is set.</param>
    /// <param name="size">Its size.</param>
    public static Rle Encode(ReadOnlySpan<byte> mask, ImageSize size)
    {
        var counts = new List<uint>();
        var (run, isSet) = (0u, false);
        for (var x = 0; x < size.Width; x++)
        {
            for (var y = 0; y < size.Height; y++)
            {
                var pixel = mask[(y * size.Width) + x] != 0;
                if (pixel != isSet)
                {
                    counts.Add(run);
                    (run, isSet) = (0, pixel);
                }

                run++;
            }
        }

        counts.Add(run);
        return new Rle(size, counts);
    }

    /// <summary>Reads the text form.</summary>
    /// <param name="text">The characters that <see cref="ToString"/> writes.</param>
    /// <param name="size">The image's size.</param>
    /// <exception cref="FormatException">The text is damaged or does not fit the size.</exception>
    public static Rle Parse(ReadOnlySpan<char> text, ImageSize size)
    {
        if (size.Height < 0 || size.Width < 0 || (long)size.Height * size.Width > MaxPixels)
        {
            throw new FormatException($"A mask of {size} pixels is beyond what is supported.");
        }

        var counts = new List<uint>();
        var at = 0;
        while (at < text.Length)
        {
            var value = 0L;
            for (var shift = 0; ; shift += 5)
            {
                if (at == text.Length || shift > 35)
                {
                    throw new FormatException($"The run lengths end or overflow at character {at}.");
                }

                var digit = text[at++] - 48;
                if (digit is < 0 or > 63)
                {
                    throw new FormatException($"'{text[at - 1]}' at character {at - 1} is not part of run lengths.");
                }

                value |= (long)(digit & 31) << shift;
                if ((digit & 32) == 0)
                {
                    // The last digit's top bit is the sign.
                    value |= (digit & 16) != 0 ? -1L << (shift + 5) : 0;
                    break;
                }
            }

            value += counts.Count > 2 ? counts[^2] : 0;
            if (value < 0 || value > MaxPixels)
            {
                throw new FormatException($"A run of {value} pixels ends at character {at}.");
            }

            counts.Add((uint)value);
        }

        return new Rle(size, counts);
    }

    /// <summary>One byte a pixel in rows, 0 or 1.</summary>
    public byte[] Decode()
    {
        var mask = new byte[Size.Height * Size.Width];
        var at = 0L;
        for (var i = 0; i < Counts.Count; i++)
        {
            var end = at + Counts[i];
            for (; i % 2 == 1 && at < end; at++)
            {
                mask[(at % Size.Height * Size.Width) + (at / Size.Height)] = 1;
            }

            at = end;
        }

        return mask;
    }

    /// <summary>The smallest box that holds all set pixels, as x, y, width, height; all 0 for an empty mask.</summary>
    public (int X, int Y, int Width, int Height) BoundingBox()
    {
        var (left, top, right, bottom) = (int.MaxValue, int.MaxValue, -1, -1);
        var at = 0L;
        for (var i = 0; i < Counts.Count; i++)
        {
            var end = at + Counts[i];
            if (i % 2 == 1 && Counts[i] > 0)
            {
                var (firstColumn, lastColumn) = ((int)(at / Size.Height), (int)((end - 1) / Size.Height));
                (left, right) = (Math.Min(left, firstColumn), Math.Max(right, lastColumn));
                // A run over a column's end touches the first and the last row.
                var isWithinColumn = firstColumn == lastColumn;
                top = Math.Min(top, isWithinColumn ? (int)(at % Size.Height) : 0);
                bottom = Math.Max(bottom, isWithinColumn ? (int)((end - 1) % Size.Height) : Size.Height - 1);
            }

            at = end;
        }

        return right < 0 ? (0, 0, 0, 0) : (left, top, right - left + 1, bottom - top + 1);
    }

    /// <summary>The text form.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Counts.Count * 2);
        for (var i = 0; i < Counts.Count; i++)
        {
            long value = Counts[i];
            value -= i > 2 ? Counts[i - 2] : 0;
            bool hasMore;
            do
            {
                var digit = value & 31;
                value >>= 5;
                hasMore = (digit & 16) != 0 ? value != -1 : value != 0;
                text.Append((char)((hasMore ? digit | 32 : digit) + 48));
            }
            while (hasMore);
        }

        return text.ToString();
    }

    /// <summary>
    /// Intersection over union of two masks of one size; with <paramref name="isCrowd"/> over the area of <paramref name="a"/>
    /// alone, as COCO compares a detection with a crowd.
    /// </summary>
    /// <param name="a">The detection.</param>
    /// <param name="b">The ground truth.</param>
    /// <param name="isCrowd">Whether <paramref name="b"/> is a crowd.</param>
    public static double IoU(Rle a, Rle b, bool isCrowd)
    {
        var intersection = 0L;
        Merge(a, b, (length, first, second) => intersection += first && second ? length : 0);
        var union = isCrowd ? a.Area : a.Area + b.Area - intersection;
        return intersection == 0 ? 0 : (double)intersection / union;
    }

    /// <summary>The pixels that are set in any of <paramref name="masks"/>, which have one size.</summary>
    /// <param name="masks">At least one.</param>
    public static Rle Union(IReadOnlyList<Rle> masks)
    {
        return masks.Skip(1).Aggregate(masks[0], (left, right) =>
        {
            var counts = new List<uint> { 0 };
            Merge(left, right, (length, first, second) =>
            {
                var isSet = first || second;
                if (isSet != (counts.Count % 2 == 0))
                {
                    counts.Add(0);
                }

                counts[^1] += (uint)length;
            });
            return new Rle(left.Size, counts);
        });
    }

    /// <summary>Walks two masks at once, in pieces over which neither changes.</summary>
    private static void Merge(Rle a, Rle b, Action<long, bool, bool> piece)
    {
        if (a.Size != b.Size)
        {
            throw new ArgumentException($"The masks have different sizes, {a.Size} and {b.Size}.");
        }

        var (i, j) = (0, 0);
        var (leftA, leftB) = (a.Counts.Count > 0 ? (long)a.Counts[0] : 0, b.Counts.Count > 0 ? (long)b.Counts[0] : 0);
        while (i < a.Counts.Count && j < b.Counts.Count)
        {
            var length = Math.Min(leftA, leftB);
            if (length > 0)
            {
                piece(length, i % 2 == 1, j % 2 == 1);
            }

            (leftA, leftB) = (leftA - length, leftB - length);
            if (leftA == 0 && ++i < a.Counts.Count)
            {
                leftA = a.Counts[i];
            }

            if (leftB == 0 && ++j < b.Counts.Count)
            {
                leftB = b.Counts[j];
            }
        }
    }
}
