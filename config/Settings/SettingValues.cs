using System.Collections.Immutable;

namespace Streaming.Config.Settings;

/// <summary>What a user said about settings, each with the place where it was said. Immutable.</summary>
internal sealed class SettingValues
{
    private readonly ImmutableDictionary<Setting, SettingValue> _values;

    internal SettingValues(ImmutableDictionary<Setting, SettingValue> values)
    {
        _values = values;
    }

    /// <summary>Nothing was said.</summary>
    public static SettingValues None { get; } = new(ImmutableDictionary<Setting, SettingValue>.Empty);

    /// <summary>Whether a setting was given.</summary>
    /// <param name="setting">The setting.</param>
    public bool IsGiven(Setting setting)
    {
        return _values.ContainsKey(setting);
    }

    /// <summary>What was said, or the setting's default.</summary>
    /// <param name="setting">A setting with a default.</param>
    public T Get<T>(Setting<T> setting)
    {
        return _values.TryGetValue(setting, out var value) ? (T)value.Value! : setting.Usual;
    }

    /// <summary>What was said, or null.</summary>
    /// <param name="setting">The setting.</param>
    public T? Find<T>(Setting<T> setting)
        where T : class
    {
        return (T?)_values.GetValueOrDefault(setting)?.Value;
    }

    /// <summary>What was said, or null.</summary>
    /// <param name="setting">The setting.</param>
    public T? FindValue<T>(Setting<T> setting)
        where T : struct
    {
        return (T?)_values.GetValueOrDefault(setting)?.Value;
    }

    /// <summary>The mappings of a list; none when nothing was said.</summary>
    /// <param name="list">The list.</param>
    public IReadOnlyList<SettingValues> Items(SettingList list)
    {
        return (IReadOnlyList<SettingValues>?)_values.GetValueOrDefault(list)?.Value ?? [];
    }

    /// <summary>Whether two users said the same about a setting, wherever they said it.</summary>
    /// <param name="setting">The setting.</param>
    /// <param name="other">What the other one said.</param>
    public bool IsSame(Setting setting, SettingValues other)
    {
        return (_values.GetValueOrDefault(setting)?.Value, other._values.GetValueOrDefault(setting)?.Value) is var (mine, its)
            && (mine is IEnumerable<string> texts && its is IEnumerable<string> others
                ? texts.SequenceEqual(others)
                : Equals(mine, its));
    }

    /// <summary>
    /// A setting with its value, named as the user gave it: the beginning of a message. "--stride 0", or
    /// "run.yaml:7: sources[0].stride: 0".
    /// </summary>
    /// <param name="setting">The setting.</param>
    public string Full(Setting setting)
    {
        return _values.TryGetValue(setting, out var value)
            ? value.Origin.Full(value.Shown)
            : $"{setting.Path}: {setting.Default ?? "not given"}";
    }

    /// <summary>The same within a sentence: "--stride 0", or "stride 0".</summary>
    /// <param name="setting">The setting.</param>
    public string Brief(Setting setting)
    {
        return _values.TryGetValue(setting, out var value) ? value.Origin.Brief(value.Shown) : $"{setting.Key} {setting.Default}";
    }

    /// <summary>These values, and where they say nothing, the other ones.</summary>
    /// <param name="lower">The other ones, such as those of a file under those of flags.</param>
    public SettingValues Over(SettingValues lower)
    {
        return new SettingValues(lower._values.SetItems(_values.Select(item => lower._values.TryGetValue(item.Key, out var below)
            ? KeyValuePair.Create(item.Key, item.Key.Merge(item.Value, below))
            : item)));
    }

    /// <summary>The same with another value.</summary>
    /// <param name="setting">The setting.</param>
    /// <param name="value">Its value; it is taken as it is.</param>
    public SettingValues With<T>(Setting<T> setting, T value)
    {
        return new SettingValues(_values.SetItem(setting, setting.Of(value)));
    }

    /// <summary>Names no value: some may be secret.</summary>
    public override string ToString()
    {
        return $"{_values.Count} settings";
    }
}
