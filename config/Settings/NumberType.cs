using System.Globalization;
using System.Text.Json.Nodes;
using Streaming.Config.Yaml;

namespace Streaming.Config.Settings;

/// <summary>Numbers in a range, ends included.</summary>
internal sealed class NumberType<T>(bool isWhole, double min, double max, Func<double, T> from, Func<T, double> to)
    : SettingType<T>
{
    public override string Supported => string.Create(
        CultureInfo.InvariantCulture, $"a {(isWhole ? "whole " : "")}number from {min} to {(decimal)max}");

    internal override string Placeholder => isWhole ? "N" : "NUMBER";

    internal override JsonObject Schema()
    {
        // ${NAME} may stand for any value.
        return new JsonObject
        {
            ["type"] = new JsonArray(isWhole ? "integer" : "number", "string"),
            ["minimum"] = min,
            ["maximum"] = max,
        };
    }

    internal override ConfigNode FromWords(IReadOnlyList<string> words)
    {
        return new ConfigScalar(YamlScalars.Resolve(words[0]) is (long or double) and var number ? number : words[0], 0);
    }

    internal override ConfigNode? Read(ConfigNode node, string? folder, out T value)
    {
        double? number = node switch
        {
            ConfigScalar { Value: long whole } => whole,
            ConfigScalar { Value: double real } when !isWhole => real,
            _ => null,
        };
        var isGood = number >= min && number <= max;
        value = isGood ? from(number!.Value) : default!;
        return isGood ? null : node;
    }

    internal override string Write(T value)
    {
        return to(value).ToString(CultureInfo.InvariantCulture);
    }
}
