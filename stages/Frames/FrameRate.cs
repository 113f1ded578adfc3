namespace Streaming.Stages.Frames;

/// <summary>A frame rate as a fraction.</summary>
/// <param name="Numerator">Frames.</param>
/// <param name="Denominator">Per so many seconds.</param>
public readonly record struct FrameRate(int Numerator, int Denominator)
{
    /// <summary>Frames a second.</summary>
    public double Value => (double)Numerator / Denominator;

    /// <summary>
    /// The fraction that a rate in floating point stands for: whole, or over 1001 (29.97 is 30000/1001), or in thousandths. Null
    /// for what no video has: not a number, not positive, or above 1000.
    /// </summary>
    /// <param name="framesPerSecond">As a decoder reports it.</param>
    public static FrameRate? From(double framesPerSecond)
    {
        if (!(framesPerSecond > 0 && framesPerSecond <= 1000))
        {
            return null;
        }

        var whole = (int)Math.Round(framesPerSecond);
        var ntsc = (int)Math.Round(framesPerSecond * 1.001);
        return Math.Abs(framesPerSecond - whole) < 1e-4 && whole > 0 ? new FrameRate(whole, 1)
            : Math.Abs(framesPerSecond - (ntsc / 1.001)) < 1e-3 && ntsc > 0 ? new FrameRate(ntsc * 1000, 1001)
            : new FrameRate(Math.Max((int)Math.Round(framesPerSecond * 1000), 1), 1000);
    }
}
