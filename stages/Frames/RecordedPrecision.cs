using Streaming.Model.Structures;

namespace Streaming.Stages.Frames;

/// <summary>
/// Numbers as a record holds them and gives them back. What keeps a state over a source's frames computes with these, so that a
/// run that goes on from a record comes to the same results.
/// </summary>
internal static class RecordedPrecision
{
    private const int BoxDigits = 3;
    private const int ScoreDigits = 6;

    /// <summary>A box.</summary>
    public static Box Of(Box box)
    {
        var (x, y, width, height) = Written(box);
        var (left, top) = ((float)x, (float)y);
        return new Box(left, top, left + (float)width, top + (float)height);
    }

    /// <summary>A score.</summary>
    public static float Score(float score)
    {
        return (float)WrittenScore(score);
    }

    /// <summary>A moment, to the microsecond.</summary>
    public static DateTimeOffset Time(DateTimeOffset time)
    {
        return new DateTimeOffset(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
    }

    /// <summary>A box as x, y, width and height, as they are written.</summary>
    public static (double X, double Y, double Width, double Height) Written(Box box)
    {
        return (Rounded(box.X0, BoxDigits), Rounded(box.Y0, BoxDigits), Rounded(box.Width, BoxDigits),
            Rounded(box.Height, BoxDigits));
    }

    /// <summary>A score as it is written.</summary>
    public static double WrittenScore(float score)
    {
        return Rounded(score, ScoreDigits);
    }

    /// <summary>In decimal digits, as the number is shown, and without zeros at its end.</summary>
    private static double Rounded(float value, int digits)
    {
        return (double)Math.Round((decimal)value, digits);
    }
}
