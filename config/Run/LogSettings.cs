using Streaming.Config.Settings;

namespace Streaming.Config.Run;

/// <summary>The settings of the log; <see cref="RunSettings.Verbose"/> is the short form of one of them.</summary>
internal static class LogSettings
{
    /// <summary>What messages are about: the rooms of the program, and the native libraries' own lines.</summary>
    public static IReadOnlyList<string> Categories { get; } = ["model", "decode", "pipeline", "output", "run", "http", "native"];

    /// <summary>From the most to the least talkative.</summary>
    public static IReadOnlyList<string> Levels { get; } = ["debug", "info", "warning", "error", "none"];

    /// <summary>Whether each event is a line of text or a JSON object.</summary>
    public static Setting<LogFormat> Format { get; } = new(
        "log.format", SettingTypes.Choice(("text", LogFormat.Text), ("json", LogFormat.Json)))
    {
        Flags = [new SettingFlag("--log-format")],
        Usual = LogFormat.Text,
        Help = "Form of the log on standard error: a line of text or a JSON object for each event.",
    };

    /// <summary>The least severe messages that are logged, of all categories or of one.</summary>
    public static Setting<IReadOnlyList<string>> Level { get; } = new(
        "log.level",
        SettingTypes.Texts(
            "LEVEL|CATEGORY=LEVEL",
            $"{string.Join(", ", Levels)}, or CATEGORY=LEVEL with one of the categories {string.Join(", ", Categories)}",
            IsLevel,
            isAdded: true))
    {
        Flags = [new SettingFlag("--log-level")],
        Usual = ["info"],
        Help = "Least severe messages that are logged: of all categories (warning) or of one (decode=debug). "
            + "The flag may be repeated, and adds to the file's.",
    };

    /// <summary>The section.</summary>
    public static SettingsSection Section { get; } = new("log", "What is logged, and how.", [Format, Level]);

    private static bool IsLevel(string text)
    {
        return text.Split('=') switch
        {
            [var level] => Levels.Contains(level),
            [var category, var level] => Categories.Contains(category) && Levels.Contains(level),
            _ => false,
        };
    }
}
