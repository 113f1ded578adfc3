using System.Collections.Immutable;
using System.Globalization;

namespace Streaming.Config.Run.Editing;

/// <summary>Where a value stands in a document: keys, and indices of lists.</summary>
/// <param name="Steps">From the top: texts and whole numbers.</param>
internal sealed record YamlPath(ImmutableArray<object> Steps)
{
    /// <summary>The whole document.</summary>
    public static YamlPath Top { get; } = new([]);

    /// <summary>A key of the mapping here.</summary>
    public YamlPath Key(string key)
    {
        return new YamlPath(Steps.Add(key));
    }

    /// <summary>An item of the list here.</summary>
    public YamlPath Item(int index)
    {
        return new YamlPath(Steps.Add(index));
    }

    /// <summary>As messages name it: "sources[0].zones".</summary>
    public override string ToString()
    {
        return string.Concat(Steps.Select((step, i) => step is int index
            ? string.Create(CultureInfo.InvariantCulture, $"[{index}]")
            : i == 0 ? (string)step : $".{step}"));
    }
}
