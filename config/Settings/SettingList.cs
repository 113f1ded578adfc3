using System.Text.Json.Nodes;
using Streaming.Config.Yaml;

namespace Streaming.Config.Settings;

/// <summary>
/// A setting that is a list of mappings, each with settings of its own: zones, for example. It stands in run files only, and
/// <see cref="SectionReader"/> reads it.
/// </summary>
internal sealed class SettingList : Setting
{
    /// <summary>Declares a list.</summary>
    /// <param name="path">Where it stands in a run file.</param>
    /// <param name="items">What each mapping may hold; their paths begin with <paramref name="path"/>.</param>
    /// <exception cref="ArgumentException">A setting has another path.</exception>
    public SettingList(string path, params IReadOnlyList<Setting> items)
        : base(path)
    {
        Items = items;
        if (items.FirstOrDefault(item => item.Section != path) is { } stray)
        {
            throw new ArgumentException($"{stray.Path} does not belong to the list '{path}'.", nameof(items));
        }
    }

    /// <summary>What each mapping may hold.</summary>
    public IReadOnlyList<Setting> Items { get; }

    /// <inheritdoc/>
    public override string Supported => "a list of mappings";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Words => [];

    /// <inheritdoc/>
    public override string? Placeholder => null;

    /// <inheritdoc/>
    public override bool IsList => false;

    /// <inheritdoc/>
    public override string? Default => null;

    internal override JsonObject Schema()
    {
        return new JsonObject { ["type"] = "array", ["items"] = SettingsSchema.Section(Help, Items) };
    }

    internal override SettingValue? Read(ConfigNode node, string? folder, SettingOrigin origin, ICollection<string> errors)
    {
        errors.Add($"{origin.Full(origin.Show(node))} is not supported; supported: {Supported}.");
        return null;
    }

    internal override SettingValue? Read(IReadOnlyList<string> words, SettingOrigin origin, ICollection<string> errors)
    {
        throw new NotSupportedException($"{Path} has no flag.");
    }

    internal override SettingValue Merge(SettingValue upper, SettingValue lower)
    {
        return upper;
    }
}
