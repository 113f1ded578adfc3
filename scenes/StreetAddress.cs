using System.Globalization;
using Streaming.Model.Structures;
using Streaming.Stages.Frames;

namespace Streaming.Scenes;

/// <summary>
/// What a user writes for a drawn street:
/// "synthetic://street?seed=1&amp;size=640x360&amp;rate=15&amp;frames=300&amp;kinds=car,bus".
/// </summary>
/// <param name="Seed">Which street.</param>
/// <param name="Size">Of the picture.</param>
/// <param name="Rate">Frames a second in real time; null gives them as fast as they are read.</param>
/// <param name="Frames">How many; null for no end.</param>
/// <param name="Kinds">What may be seen.</param>
/// <param name="Busy">The share of the traffic that comes, 0 to 1.</param>
internal sealed record StreetAddress(
    long Seed, ImageSize Size, double? Rate, long? Frames, IReadOnlyList<StreetKind> Kinds, double Busy = 1)
{
    /// <summary>How such a text begins.</summary>
    public const string Prefix = "synthetic://street";

    /// <summary>What the demo model knows.</summary>
    public static IReadOnlyList<StreetKind> DemoKinds { get; } =
        [StreetKind.Pedestrian, StreetKind.Cyclist, StreetKind.Car, StreetKind.Bus];

    /// <summary>Reads what a user wrote.</summary>
    /// <param name="text">The address.</param>
    /// <exception cref="DecodeException">It has another form; the message says which part.</exception>
    public static StreetAddress Parse(string text)
    {
        var address = new StreetAddress(1, new ImageSize(360, 640), null, null, DemoKinds);
        var query = text[Prefix.Length..].TrimStart('/');
        if (query.Length > 0 && query[0] != '?')
        {
            throw Wrong(text, query);
        }

        foreach (var part in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = part.Split('=', 2) is [var left, var right] ? (left, right) : throw Wrong(text, part);
            address = name switch
            {
                "seed" when long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seed) =>
                    address with { Seed = seed },
                "size" when ParseSize(value) is { } size => address with { Size = size },
                "rate" when ParseNumber(value) is { } rate and > 0 and <= 1000 => address with { Rate = rate },
                "frames" when long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 =>
                    address with { Frames = count },
                "kinds" when ParseKinds(value) is { } kinds => address with { Kinds = kinds },
                "busy" when ParseNumber(value) is { } busy and <= 1 => address with { Busy = busy },
                _ => throw Wrong(text, part),
            };
        }

        return address;
    }

    /// <summary>WIDTHxHEIGHT, or null.</summary>
    /// <param name="text">For example "640x360".</param>
    public static ImageSize? ParseSize(string text)
    {
        return text.Split('x') is [var w, var h]
            && int.TryParse(w, NumberStyles.None, CultureInfo.InvariantCulture, out var width) && width is >= 64 and <= 8192
            && int.TryParse(h, NumberStyles.None, CultureInfo.InvariantCulture, out var height) && height is >= 64 and <= 8192
            ? new ImageSize(height, width)
            : null;
    }

    /// <summary>Names with commas between them, or null.</summary>
    /// <param name="text">For example "car,bus".</param>
    public static IReadOnlyList<StreetKind>? ParseKinds(string text)
    {
        var kinds = new List<StreetKind>();
        foreach (var name in text.Split(','))
        {
            if (!Enum.GetNames<StreetKind>().Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                return null;
            }

            kinds.Add(Enum.Parse<StreetKind>(name, ignoreCase: true));
        }

        return kinds.Distinct().Count() == kinds.Count ? kinds : null;
    }

    /// <summary>The street as a film.</summary>
    public StreetScene Open()
    {
        return new StreetScene(Seed, Size, Kinds, Busy);
    }

    /// <summary>A number of 0 or more, or null.</summary>
    private static double? ParseNumber(string value)
    {
        return double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
    }

    private static DecodeException Wrong(string text, string part)
    {
        var kinds = string.Join(',', Enum.GetNames<StreetKind>()).ToLowerInvariant();
        return new DecodeException(
            DecodeError.Unsupported,
            $"{text}: '{part}': supported: seed=N, size=WIDTHxHEIGHT (64 to 8192), rate=FRAMES a second, frames=N, "
                + $"kinds={kinds}, busy=SHARE of the traffic (0 to 1); "
                + $"for example {Prefix}?seed=1&size=640x360&rate=15&frames=300.");
    }
}
