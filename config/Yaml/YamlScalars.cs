using System.Globalization;
using System.Text.RegularExpressions;

namespace Streaming.Config.Yaml;

/// <summary>The types that PyYAML's safe loader (YAML 1.1) gives to plain scalars.</summary>
internal static partial class YamlScalars
{
    /// <summary>null, bool, long, double, or the text itself.</summary>
    public static object? Resolve(string text)
    {
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                return null;
            case "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON":
                return true;
            case "false" or "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF":
                return false;
            case ".inf" or ".Inf" or ".INF" or "+.inf":
                return double.PositiveInfinity;
            case "-.inf" or "-.Inf" or "-.INF":
                return double.NegativeInfinity;
            case ".nan" or ".NaN" or ".NAN":
                return double.NaN;
        }

        return text.Length <= 64 && (char.IsAsciiDigit(text[0]) || text[0] is '+' or '-' or '.') ? Number(text) ?? text : text;
    }

    /// <summary>A decimal or hexadecimal integer or a float, as Python would read it, otherwise null.</summary>
    public static object? Number(string text)
    {
        if (Integer().IsMatch(text)
            && long.TryParse(
                WithoutUnderscores(text), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer))
        {
            return integer;
        }

        if (text.StartsWith("0x", StringComparison.Ordinal)
            && long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hexadecimal))
        {
            return hexadecimal;
        }

        // PyYAML itself wants a dot in a float, but yacs evaluates the text "1e-4" to a number afterwards.
        return Float().IsMatch(text)
            && double.TryParse(WithoutUnderscores(text), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                ? number
                : null;
    }

    private static string WithoutUnderscores(string text)
    {
        return text.Replace("_", "", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^[-+]?[0-9][0-9_]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Integer();

    [GeneratedRegex(@"^[-+]?([0-9][0-9_]*\.?[0-9_]*|\.[0-9_]+)([eE][-+]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Float();
}
