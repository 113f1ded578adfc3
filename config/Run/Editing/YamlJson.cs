using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Streaming.Config.Yaml;

namespace Streaming.Config.Run.Editing;

/// <summary>YAML's values as JSON's, and changes of them by path.</summary>
internal static class YamlJson
{
    /// <summary>The value of a YAML text; null for nothing.</summary>
    /// <param name="text">The text.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <exception cref="ConfigurationException">It is not YAML.</exception>
    public static JsonNode? Read(string text, string name)
    {
        return YamlParts.Read(text, name) is null ? null : Of(YamlReader.Read(text, name));
    }

    /// <summary>A value as JSON. Numbers that JSON lacks become texts.</summary>
    public static JsonNode? Of(ConfigNode node)
    {
        return node switch
        {
            ConfigScalar { Value: bool value } => JsonValue.Create(value),
            ConfigScalar { Value: long value } => JsonValue.Create(value),
            ConfigScalar { Value: double value } when double.IsFinite(value) => JsonValue.Create(value),
            ConfigScalar { Value: { } value } => JsonValue.Create(Convert.ToString(value, CultureInfo.InvariantCulture)),
            ConfigList list => new JsonArray([.. list.Items.Select(Of)]),
            ConfigMap map => new JsonObject(map.Entries.Select(entry => KeyValuePair.Create(entry.Key, Of(entry.Value)))),
            _ => null,
        };
    }

    /// <summary>
    /// A copy in which numbers are whole ones or floats as YAML's reader makes them, so that equal values are equal nodes.
    /// </summary>
    /// <exception cref="ConfigurationException">A number is out of all ranges, or a text is none.</exception>
    public static JsonNode? Normal(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                return new JsonObject(map.Select(entry => KeyValuePair.Create(entry.Key, Normal(entry.Value))));
            case JsonArray list:
                return new JsonArray([.. list.Select(Normal)]);
            case JsonValue value:
                return NormalValue(value);
            default:
                return null;
        }
    }

    /// <summary>Whether two normal values are equal; the order of keys does not count.</summary>
    public static bool AreEqual(JsonNode? one, JsonNode? other)
    {
        return (one, other) switch
        {
            (JsonObject a, JsonObject b) => a.Count == b.Count
                && a.All(entry => b.TryGetPropertyValue(entry.Key, out var value) && AreEqual(entry.Value, value)),
            (JsonArray a, JsonArray b) => a.Count == b.Count && a.Zip(b).All(pair => AreEqual(pair.First, pair.Second)),
            (JsonValue a, JsonValue b) => a.GetValueKind() == b.GetValueKind() && Text(a) == Text(b),
            _ => one is null && other is null,
        };
    }

    private static JsonValue NormalValue(JsonValue value)
    {
        if (value.GetValueKind() == JsonValueKind.String)
        {
            return JsonValue.Create(value.GetValue<string>());
        }

        if (value.GetValueKind() != JsonValueKind.Number)
        {
            return JsonValue.Create(value.GetValue<bool>());
        }

        var text = value.ToJsonString();
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
            ? JsonValue.Create(whole)
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real)
                ? JsonValue.Create(real)
                : throw new ConfigurationException($"{text}: the number is out of range.");
    }

    private static string Text(JsonValue value)
    {
        return value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString();
    }
}
