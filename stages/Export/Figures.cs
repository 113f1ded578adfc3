using System.Globalization;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Export;

/// <summary>Numbers as files hold them: the same in every language, and without digits that only a float has.</summary>
internal static class Figures
{
    /// <summary>Decimals of a coordinate, and of a score, as in the record.</summary>
    public const int BoxDigits = RecordedPrecision.BoxDigits, ScoreDigits = RecordedPrecision.ScoreDigits;

    /// <summary>Rounded in decimal digits.</summary>
    public static decimal Rounded(float value, int digits)
    {
        return Math.Round((decimal)value, digits);
    }

    /// <summary>A coordinate in pixels.</summary>
    public static string Pixels(float value)
    {
        return Rounded(value, BoxDigits).ToString("0.###", CultureInfo.InvariantCulture);
    }

    /// <summary>A score, or a share of one.</summary>
    public static string Share(double value)
    {
        return value.ToString("0.######", CultureInfo.InvariantCulture);
    }
}
