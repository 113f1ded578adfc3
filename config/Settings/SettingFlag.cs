namespace Streaming.Config.Settings;

/// <summary>A flag of the command line that gives a setting a value.</summary>
/// <param name="Name">With its dashes, for example "--batch-size".</param>
/// <param name="Alias">A short form such as "-w", or null.</param>
internal sealed record SettingFlag(string Name, string? Alias = null)
{
    /// <summary>What the flag stands for, as a run file would say it; null when the value follows the flag.</summary>
    public string? Value { get; init; }

    /// <summary>The word that must follow a flag with a <see cref="Value"/>; null when it stands alone.</summary>
    public string? Word { get; init; }

    /// <summary>
    /// The word that counts when none of the setting's words follows: such a flag may stand alone, and swallows no word that is
    /// not its own. Null when a word must follow.
    /// </summary>
    public string? UsualWord { get; init; }

    /// <summary>What the flag does, when the setting's own sentence does not say it.</summary>
    public string? Help { get; init; }

    /// <summary>A flag that stands alone and says yes.</summary>
    /// <param name="name">With its dashes.</param>
    public static SettingFlag Yes(string name)
    {
        return new SettingFlag(name) { Value = "true" };
    }
}
