using System.Globalization;

namespace Streaming.Config.Settings;

/// <summary>A point of a picture.</summary>
/// <param name="X">From the left.</param>
/// <param name="Y">From the top.</param>
internal readonly record struct PlanePoint(double X, double Y)
{
    /// <summary>As a user writes it: "[0.5, 1]".</summary>
    public override string ToString()
    {
        return string.Create(CultureInfo.InvariantCulture, $"[{X}, {Y}]");
    }
}
