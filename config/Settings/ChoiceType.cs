using System.Text.Json.Nodes;
using Streaming.Config.Yaml;

namespace Streaming.Config.Settings;

/// <summary>One of a few words, each of which stands for a value.</summary>
internal sealed class ChoiceType<T>(IReadOnlyList<(string Word, T Value)> choices) : SettingType<T>
    where T : notnull
{
    public override string Supported => string.Join(", ", Words);

    internal override IReadOnlyList<string> Words { get; } = [.. choices.Select(choice => choice.Word)];

    internal override string Placeholder => string.Join('|', Words);

    internal override JsonObject Schema()
    {
        return new JsonObject { ["enum"] = new JsonArray([.. Words.Select(word => JsonValue.Create(word))]) };
    }

    internal override ConfigNode? Read(ConfigNode node, string? folder, out T value)
    {
        foreach (var choice in choices)
        {
            if (node is ConfigScalar { Value: string text } && text == choice.Word)
            {
                value = choice.Value;
                return null;
            }
        }

        value = default!;
        return node;
    }

    internal override string Write(T value)
    {
        return choices.First(choice => choice.Value.Equals(value)).Word;
    }
}
