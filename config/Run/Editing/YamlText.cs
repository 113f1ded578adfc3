using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Streaming.Config.Yaml;

namespace Streaming.Config.Run.Editing;

/// <summary>Writes values as YAML that reads back equal, in the form that people write.</summary>
internal static partial class YamlText
{
    /// <summary>Lists and mappings of short values stand in one line up to here.</summary>
    public const int Width = 110;

    private const int Step = 2;

    /// <summary>A value in one line, as it may stand in brackets.</summary>
    public static string Flow(JsonNode? value)
    {
        return value switch
        {
            null => "null",
            JsonArray list => $"[{string.Join(", ", list.Select(Flow))}]",
            JsonObject { Count: 0 } => "{}",
            JsonObject map => $"{{ {string.Join(", ", map.Select(entry => $"{Key(entry.Key)}: {Flow(entry.Value)}"))} }}",
            _ => Scalar((JsonValue)value, isFlow: true),
        };
    }

    /// <summary>A single value as it may stand behind a key.</summary>
    public static string Scalar(JsonNode? value)
    {
        return value is JsonValue scalar ? Scalar(scalar, isFlow: false) : Flow(value);
    }

    /// <summary>A text in double quotes.</summary>
    public static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                quoted.Append(c).Append(text[++i]);
                continue;
            }

            quoted.Append(c switch
            {
                '"' or '\\' => $"\\{c}",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ when IsPlain(c) => c.ToString(),
                _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
            });
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>A key.</summary>
    public static string Key(string key)
    {
        return SafeInFlow().IsMatch(key) && YamlScalars.Resolve(key) is string ? key : Quoted(key);
    }

    /// <summary>Whether a value is best in one line: single values, points, what holds nothing else, and is short.</summary>
    /// <param name="value">The value.</param>
    /// <param name="column">Where it would begin.</param>
    public static bool IsInline(JsonNode? value, int column)
    {
        return value switch
        {
            JsonObject { Count: > 0 } map =>
                map.All(entry => entry.Value is not JsonObject) && !HasMaps(map) && Fits(map, column),
            JsonArray { Count: > 0 } list => !HasMaps(list) && Fits(list, column),
            _ => true,
        };
    }

    /// <summary>The lines of a list or mapping that is not empty, without their indentation.</summary>
    public static IEnumerable<string> Block(JsonNode value, int column)
    {
        return value is JsonObject map
            ? map.SelectMany(entry => Entry(entry.Key, entry.Value, column))
            : ((JsonArray)value).SelectMany(item => Item(item, column));
    }

    /// <summary>The lines of a key with its value.</summary>
    public static IEnumerable<string> Entry(string key, JsonNode? value, int column)
    {
        var name = Key(key);
        return IsInline(value, column + name.Length + 2)
            ? [$"{name}: {Scalar(value)}"]
            : [$"{name}:", .. Block(value!, column + Step).Select(line => $"{new string(' ', Step)}{line}")];
    }

    /// <summary>The lines of an item of a list.</summary>
    public static IEnumerable<string> Item(JsonNode? item, int column)
    {
        // A mapping has a line for each key: it is what people look at.
        return item is JsonArray or JsonValue or null or JsonObject { Count: 0 } && IsInline(item, column + Step)
            ? [$"- {Scalar(item)}"]
            : Block(item!, column + Step).Select((line, i) => i == 0 ? $"- {line}" : $"{new string(' ', Step)}{line}");
    }

    private static bool HasMaps(JsonNode? node)
    {
        return node switch
        {
            JsonObject map => map.Any(entry => HasMaps(entry.Value)),
            JsonArray list => list.Any(item => item is JsonObject || HasMaps(item)),
            _ => false,
        };
    }

    private static bool Fits(JsonNode value, int column)
    {
        return column + Flow(value).Length <= Width || value is JsonArray list && list.All(item => item is JsonArray);
    }

    private static string Scalar(JsonValue value, bool isFlow)
    {
        switch (value.GetValueKind())
        {
            case JsonValueKind.String:
                var text = value.GetValue<string>();
                var safe = isFlow ? SafeInFlow() : Safe();
                return safe.IsMatch(text) && YamlScalars.Resolve(text) is string ? text : Quoted(text);
            case JsonValueKind.Number:
                return value.ToJsonString();
            default:
                return value.GetValue<bool>() ? "true" : "false";
        }
    }

    /// <summary>What neither breaks lines nor is invisible.</summary>
    private static bool IsPlain(char c)
    {
        return char.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned
            or UnicodeCategory.PrivateUse);
    }

    /// <summary>No sign of YAML's in it, and no number of another reader's.</summary>
    [GeneratedRegex(@"^[A-Za-z_/][A-Za-z0-9_./+=-]*( [A-Za-z0-9_./+=]+)*\z", RegexOptions.ExplicitCapture)]
    private static partial Regex SafeInFlow();

    /// <summary>The same with addresses and ${NAME}.</summary>
    [GeneratedRegex(
        @"^(\$\{[A-Za-z0-9_]+\}|[A-Za-z_/])([A-Za-z0-9_./+=@?&%$~-]|:(?=[A-Za-z0-9_/]))*( [A-Za-z0-9_./+=]+)*\z",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Safe();
}
