using System.Text.Json.Nodes;
using Streaming.Config.Yaml;

namespace Streaming.Config.Settings;

/// <summary>A text or a list of texts; a flag is repeated.</summary>
/// <param name="placeholder">How help names a text.</param>
/// <param name="supported">What may be written.</param>
/// <param name="isGood">Whether a text may be written.</param>
/// <param name="isAdded">Whether a flag adds to what a file says, instead of replacing it.</param>
internal sealed class TextsType(string placeholder, string supported, Func<string, bool> isGood, bool isAdded)
    : SettingType<IReadOnlyList<string>>
{
    public override string Supported => supported;

    internal override string Placeholder => placeholder;

    internal override bool IsList => true;

    internal override JsonObject Schema()
    {
        return new JsonObject
        {
            ["type"] = new JsonArray("string", "array"),
            ["items"] = new JsonObject { ["type"] = "string" },
        };
    }

    internal override ConfigNode FromWords(IReadOnlyList<string> words)
    {
        return new ConfigList([.. words.Select(word => new ConfigScalar(word, 0))], 0);
    }

    internal override ConfigNode? Read(ConfigNode node, string? folder, out IReadOnlyList<string> value)
    {
        var items = node is ConfigList list ? list.Items : [node];
        value = [.. items.Select(TextType.TextOf).OfType<string>()];
        return items.FirstOrDefault(item => TextType.TextOf(item) is not { } text || !isGood(text));
    }

    internal override IReadOnlyList<string> Merge(IReadOnlyList<string> upper, IReadOnlyList<string> lower)
    {
        return isAdded ? [.. lower, .. upper] : upper;
    }

    internal override string? Write(IReadOnlyList<string> value)
    {
        return value.Count == 0 ? null : string.Join(", ", value);
    }
}
