namespace Streaming.Config.Settings;

/// <summary>
/// All settings, in the order in which they are shown. Everything that reads, checks or explains settings walks over it.
/// </summary>
internal sealed class SettingsTable
{
    /// <summary>Creates the table.</summary>
    /// <param name="sections">The sections; those of one name are joined.</param>
    /// <exception cref="ArgumentException">A setting stands twice, or in a section of another name.</exception>
    public SettingsTable(IEnumerable<SettingsSection> sections)
    {
        Sections =
        [
            .. sections.GroupBy(section => section.Name, StringComparer.Ordinal)
                .Select(parts => parts.First() with { Settings = [.. parts.SelectMany(part => part.Settings)] }),
        ];
        string[] names =
        [
            .. All.Select(setting => setting.Path), .. All.SelectMany(setting => setting.Flags).Select(flag => flag.Name),
        ];
        if (names.FirstOrDefault(name => names.Count(other => other == name) > 1) is { } twice)
        {
            throw new ArgumentException($"{twice} is declared twice.", nameof(sections));
        }

        foreach (var section in Sections)
        {
            if (section.Settings.FirstOrDefault(setting => setting.Section != section.Name) is { } stray)
            {
                throw new ArgumentException($"{stray.Path} does not belong to the section '{section.Name}'.", nameof(sections));
            }
        }
    }

    /// <summary>The sections.</summary>
    public IReadOnlyList<SettingsSection> Sections { get; }

    /// <summary>All settings.</summary>
    public IEnumerable<Setting> All => Sections.SelectMany(section => section.Settings);
}
