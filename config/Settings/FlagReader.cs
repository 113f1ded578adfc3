using System.Collections.Immutable;
using Streaming.Config.Yaml;

namespace Streaming.Config.Settings;

/// <summary>Reads what flags and environment variables say.</summary>
internal sealed class FlagReader
{
    private readonly Dictionary<Setting, SettingValue> _values = [];
    private readonly Dictionary<Setting, string> _flags = [];
    private readonly List<string> _errors = [];

    /// <summary>What they say, without what could not be read.</summary>
    public SettingValues Values => new(_values.ToImmutableDictionary());

    /// <summary>What is wrong, one sentence each.</summary>
    public IReadOnlyList<string> Errors => _errors;

    /// <summary>Reads a flag.</summary>
    /// <param name="setting">The setting.</param>
    /// <param name="flag">Which of its flags.</param>
    /// <param name="typed">The flag as the user typed it.</param>
    /// <param name="words">What follows; several words when the flag is repeated.</param>
    public void Add(Setting setting, SettingFlag flag, string typed, IReadOnlyList<string> words)
    {
        if (!_flags.TryAdd(setting, typed))
        {
            _errors.Add($"{_flags[setting]} and {typed}: use one of them.");
        }
        else if (flag is { Word: { } word } && words.Any(given => given != word))
        {
            _errors.Add($"{typed} {words.First(given => given != word)} is not supported; supported: {word}.");
        }
        else
        {
            // A flag that stands for a value shows itself alone.
            var origin = new FlagOrigin(flag.Word is { } fixedWord ? $"{typed} {fixedWord}" : typed);
            Keep(setting, flag.Value is { } value
                ? setting.Read(new ConfigScalar(YamlScalars.Resolve(value), 0), null, origin, _errors)! with { Shown = "" }
                : setting.Read(words, origin, _errors));
        }
    }

    /// <summary>Reads an environment variable.</summary>
    /// <param name="setting">The setting.</param>
    /// <param name="name">The variable.</param>
    /// <param name="value">Its value.</param>
    public void AddVariable(Setting setting, string name, string value)
    {
        Keep(setting, setting.Read([value], new FlagOrigin(name), _errors));
    }

    private void Keep(Setting setting, SettingValue? value)
    {
        if (value is not null)
        {
            _values[setting] = value;
        }
    }
}
