using System.Globalization;

namespace Streaming.Config.Settings;

/// <summary>A number with a name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Number">The number.</param>
internal sealed record NamedNumber(string Name, double Number)
{
    /// <summary>As a user writes it: "person: 0.5".</summary>
    public override string ToString()
    {
        return string.Create(CultureInfo.InvariantCulture, $"{Name}: {Number}");
    }
}
