using Streaming.Model.Structures;

namespace Streaming.Stages.Frames;

/// <summary>
/// The digits that a record (the JSON lines) holds of a detection. What computes from detections and must find the same in a
/// record rounds them first.
/// </summary>
internal static class RecordedPrecision
{
    /// <summary>Digits after the point, of scores.</summary>
    public const int ScoreDigits = 6;

    /// <summary>Digits after the point, of boxes in pixels.</summary>
    public const int BoxDigits = 3;

    /// <summary>In decimal digits, as the number is shown, and without zeros at its end.</summary>
    public static double Rounded(float value, int digits)
    {
        return (double)Math.Round((decimal)value, digits);
    }

    /// <summary>A box from what a record holds of it.</summary>
    public static Box Corners(float x, float y, float width, float height)
    {
        return new Box(x, y, x + width, y + height);
    }

    /// <summary>A detection as it will be read back.</summary>
    /// <param name="detection">As it was found.</param>
    public static Detection AsRead(Detection detection)
    {
        var box = detection.Box;
        return detection with
        {
            Score = (float)Rounded(detection.Score, ScoreDigits),
            Box = Corners(Read(box.X0), Read(box.Y0), Read(box.Width), Read(box.Height)),
        };

        static float Read(float number)
        {
            return (float)Rounded(number, BoxDigits);
        }
    }
}
