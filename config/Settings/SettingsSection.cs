namespace Streaming.Config.Settings;

/// <summary>A section of the run file.</summary>
/// <param name="Name">Its key in the file; empty for the top.</param>
/// <param name="Help">One sentence.</param>
/// <param name="Settings">What may stand in it.</param>
internal sealed record SettingsSection(string Name, string Help, IReadOnlyList<Setting> Settings)
{
    /// <summary>The section of defaults for the items of this one, which is a list; null when this one is no list.</summary>
    public string? Defaults { get; init; }

    /// <summary>What the section of the defaults is for.</summary>
    public string DefaultsHelp { get; init; } = "";
}
