using System.Text.Json.Nodes;
using Streaming.Config.Yaml;

namespace Streaming.Config.Settings;

/// <summary>A setting with values of a type.</summary>
/// <typeparam name="T">The type of its values.</typeparam>
internal sealed class Setting<T> : Setting
{
    private readonly SettingType<T> _type;
    private bool _hasUsual;

    /// <summary>Declares a setting.</summary>
    /// <param name="path">Where it stands in a run file; empty when only a flag says it.</param>
    /// <param name="type">What it may hold.</param>
    public Setting(string path, SettingType<T> type)
        : base(path)
    {
        _type = type;
    }

    /// <summary>
    /// What counts when nobody says it. Not set: that depends, or there is nothing; <see cref="DefaultText"/> says it.
    /// </summary>
    public T Usual
    {
        get => _hasUsual ? field : throw new InvalidOperationException($"{Path} has no default value.");
        init
        {
            (field, _hasUsual) = (value, true);
        }
    } = default!;

    /// <summary>The default in words, when it is not a value to be written.</summary>
    public string? DefaultText { get; init; }

    /// <inheritdoc/>
    public override string Supported => _type.Supported;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Words => _type.Words;

    /// <inheritdoc/>
    public override string? Placeholder => _type.Placeholder;

    /// <inheritdoc/>
    public override bool IsList => _type.IsList;

    /// <inheritdoc/>
    public override string? Default => DefaultText ?? (_hasUsual ? _type.Write(Usual) : null);

    /// <summary>A value as a user would write it; null for nothing.</summary>
    /// <param name="value">The value.</param>
    public string? Text(T value)
    {
        return _type.Write(value);
    }

    internal override JsonObject Schema()
    {
        return _type.Schema();
    }

    internal override SettingValue? Read(ConfigNode node, string? folder, SettingOrigin origin, ICollection<string> errors)
    {
        if (_type.Read(node, folder, out var value) is not { } fault)
        {
            return new SettingValue(value, IsSecret ? "…" : origin.Show(node), origin);
        }

        errors.Add($"{origin.Full(IsSecret ? "its value" : origin.Show(fault))} is not supported; supported: {Supported}.");
        return null;
    }

    internal override SettingValue? Read(IReadOnlyList<string> words, SettingOrigin origin, ICollection<string> errors)
    {
        return Read(_type.FromWords(words), null, origin, errors);
    }

    internal override SettingValue Merge(SettingValue upper, SettingValue lower)
    {
        var merged = _type.Merge((T)upper.Value!, (T)lower.Value!);
        return Equals(merged, lower.Value) ? lower with { Value = merged } : upper with { Value = merged };
    }

    /// <summary>A value that is not a user's.</summary>
    internal SettingValue Of(T value)
    {
        return new SettingValue(value, IsSecret ? "…" : _type.Write(value) ?? "", new FlagOrigin(Path));
    }
}
