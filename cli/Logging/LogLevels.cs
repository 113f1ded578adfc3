using Microsoft.Extensions.Logging;
using Streaming.Config.Run;
using Streaming.Config.Settings;

namespace Streaming.Cli.Logging;

/// <summary>The least severe messages of each category that are logged.</summary>
internal sealed class LogLevels
{
    private readonly Dictionary<string, LogLevel> _levels = new(StringComparer.Ordinal);
    private readonly LogLevel _others = LogLevel.Information;

    /// <param name="levels">As <see cref="LogSettings.Level"/> has them; the last one that fits counts.</param>
    public LogLevels(IEnumerable<string> levels)
    {
        foreach (var words in levels.Select(level => level.Split('=')))
        {
            if (words.Length == 1)
            {
                _others = Parse(words[0]);
            }
            else
            {
                _levels[words[0]] = Parse(words[1]);
            }
        }
    }

    /// <summary>What a user wants.</summary>
    public static LogLevels Of(SettingValues values)
    {
        string[] verbose = values.Get(RunSettings.Verbose) ? ["debug"] : [];
        return new LogLevels([.. verbose, .. values.IsGiven(LogSettings.Level) ? values.Get(LogSettings.Level) : []]);
    }

    /// <summary>Whether a message is logged.</summary>
    public bool Allow(string category, LogLevel level)
    {
        return level != LogLevel.None && level >= _levels.GetValueOrDefault(category, _others);
    }

    private static LogLevel Parse(string word)
    {
        return word switch
        {
            "debug" => LogLevel.Debug,
            "info" => LogLevel.Information,
            "warning" => LogLevel.Warning,
            "error" => LogLevel.Error,
            _ => LogLevel.None,
        };
    }
}
