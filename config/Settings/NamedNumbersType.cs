using System.Globalization;
using System.Text.Json.Nodes;
using Streaming.Config.Yaml;

namespace Streaming.Config.Settings;

/// <summary>A mapping of names to numbers in a range, ends included.</summary>
/// <param name="name">What a name stands for, within a sentence: "a class".</param>
/// <param name="min">The least number.</param>
/// <param name="max">The greatest number.</param>
internal sealed class NamedNumbersType(string name, double min, double max) : SettingType<ValueList<NamedNumber>>
{
    public override string Supported => string.Create(
        CultureInfo.InvariantCulture, $"a mapping of {name} to a number from {min} to {max}");

    internal override JsonObject Schema()
    {
        return new JsonObject
        {
            ["type"] = "object",
            ["additionalProperties"] = new JsonObject { ["type"] = "number", ["minimum"] = min, ["maximum"] = max },
        };
    }

    internal override ConfigNode? Read(ConfigNode node, string? folder, out ValueList<NamedNumber> value)
    {
        value = ValueList<NamedNumber>.Empty;
        if (node is not ConfigMap map)
        {
            return node;
        }

        var numbers = new List<NamedNumber>();
        foreach (var (key, item) in map.Entries)
        {
            if (NumberOf(item) is not { } number)
            {
                return item;
            }

            numbers.Add(new NamedNumber(key, number));
        }

        value = new ValueList<NamedNumber>(numbers);
        return null;
    }

    internal override string? Write(ValueList<NamedNumber> value)
    {
        return value.Count == 0 ? null : $"{{ {string.Join(", ", value)} }}";
    }

    private double? NumberOf(ConfigNode node)
    {
        double? number = node switch
        {
            ConfigScalar { Value: long whole } => whole,
            ConfigScalar { Value: double real } => real,
            _ => null,
        };
        return number >= min && number <= max ? number : null;
    }
}
