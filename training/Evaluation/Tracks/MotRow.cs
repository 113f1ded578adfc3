using System.Globalization;

namespace Streaming.Training.Evaluation.Tracks;

/// <summary>
/// A row of MOTChallenge's text: frame, id, x, y, width, height, confidence and columns that do not matter here (class,
/// visibility). Frames are numbered from 1.
/// </summary>
internal static class MotRow
{
    private const string Allowed = "a row is frame,id,x,y,width,height[,confidence[,class[,visibility]]].";

    /// <summary>Adds a row's box.</summary>
    /// <param name="tracks">Gets it.</param>
    /// <param name="line">The row.</param>
    /// <param name="isTruth">
    /// Whether a row whose confidence is 0 (after its fraction was cut off, as TrackEval does) is left out. Results count
    /// whatever their confidence is.
    /// </param>
    /// <exception cref="FormatException">The row is wrong.</exception>
    public static void AddTo(TrackSequence tracks, string line, bool isTruth)
    {
        // TrackEval takes a comma at the end for nothing.
        var columns = line.TrimEnd(' ', '\t', ',').Split(',', StringSplitOptions.TrimEntries);
        if (columns.Length < 6)
        {
            throw new FormatException($"{columns.Length} columns; {Allowed}");
        }

        var (frame, id) = (Whole(columns, 0, "frame"), Whole(columns, 1, "id"));
        var box = new CocoBox(
            Number(columns, 2, "x"), Number(columns, 3, "y"), Number(columns, 4, "width"), Number(columns, 5, "height"));
        var confidence = columns.Length > 6 ? Number(columns, 6, "confidence") : 1;
        if (frame < 1)
        {
            throw new FormatException($"frame {frame}; frames are numbered from 1.");
        }

        if (box.Width < 0 || box.Height < 0)
        {
            throw new FormatException($"a box of {columns[4]} x {columns[5]} pixels; width and height must be 0 or more.");
        }

        if (isTruth && Math.Truncate(confidence) == 0)
        {
            tracks.Reach(frame);
        }
        else if (!tracks.TryAdd(frame, new TrackedBox(id, box)))
        {
            throw new FormatException($"frame {frame} has the id {id} twice; an object has one box a frame.");
        }
    }

    private static long Whole(string[] columns, int column, string name)
    {
        var number = Number(columns, column, name);
        return Math.Truncate(number) == number && Math.Abs(number) <= 1L << 53
            ? (long)number
            : throw new FormatException($"{name} '{columns[column]}' is no whole number; {Allowed}");
    }

    private static double Number(string[] columns, int column, string name)
    {
        return double.TryParse(columns[column], NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number)
            ? number
            : throw new FormatException($"{name} '{columns[column]}' is no number; {Allowed}");
    }
}
