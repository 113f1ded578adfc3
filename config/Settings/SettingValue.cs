namespace Streaming.Config.Settings;

/// <summary>What a user said about a setting.</summary>
/// <param name="Value">Of the setting's type.</param>
/// <param name="Shown">As messages show it.</param>
/// <param name="Origin">Where it comes from.</param>
internal sealed record SettingValue(object? Value, string Shown, SettingOrigin Origin);
