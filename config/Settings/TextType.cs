using System.Globalization;
using System.Text.Json.Nodes;
using Streaming.Config.Yaml;

namespace Streaming.Config.Settings;

/// <summary>Any text, or the name of a file.</summary>
/// <param name="placeholder">How help names it.</param>
/// <param name="isPath">
/// Which texts are paths: relative ones in a run file are relative to that file. Told the text, and the path beside the run file.
/// </param>
/// <param name="supported">What may be written.</param>
/// <param name="isGood">Whether a text may be written.</param>
internal sealed class TextType(
    string placeholder, Func<string, string, bool> isPath, string supported = "a text", Func<string, bool>? isGood = null)
    : SettingType<string>
{
    public override string Supported => supported;

    internal override string Placeholder => placeholder;

    /// <summary>A number is a text too.</summary>
    public static string? TextOf(ConfigNode node)
    {
        return node is ConfigScalar { Value: (string or long or double) and var value }
            ? Convert.ToString(value, CultureInfo.InvariantCulture)
            : null;
    }

    internal override JsonObject Schema()
    {
        return new JsonObject { ["type"] = new JsonArray("string", "number") };
    }

    internal override ConfigNode? Read(ConfigNode node, string? folder, out string value)
    {
        value = TextOf(node)!;
        if (value is null || isGood?.Invoke(value) == false)
        {
            return node;
        }

        if (folder is not null && Path.Combine(folder, value) is var beside && isPath(value, beside))
        {
            // Paths under the working folder are shown as short as a user would write them.
            var shorter = Path.GetRelativePath(Environment.CurrentDirectory, beside);
            value = shorter.StartsWith("..", StringComparison.Ordinal) ? beside : shorter;
        }

        return null;
    }

    internal override string Write(string value)
    {
        return value;
    }
}
