using Streaming.Config.Settings;

namespace Streaming.Config.Run;

/// <summary>What a user asks for, in a run file and by flags, as it was said.</summary>
/// <param name="Values">What concerns the whole run.</param>
/// <param name="Sources">What concerns each source.</param>
/// <param name="Errors">What could not be read, one sentence each.</param>
internal sealed record RunRequest(SettingValues Values, IReadOnlyList<SettingValues> Sources, IReadOnlyList<string> Errors)
{
    /// <summary>Inputs, of which nothing else is said.</summary>
    /// <param name="inputs">As the user named them.</param>
    public static RunRequest Of(IEnumerable<string> inputs)
    {
        return new RunRequest(
            SettingValues.None, [.. inputs.Select(input => SettingValues.None.With(SourceSettings.Input, input))], []);
    }

    /// <summary>The same with values that win over these: a flag speaks to all sources.</summary>
    /// <param name="upper">The values.</param>
    /// <param name="errors">What of them could not be read.</param>
    public RunRequest Under(SettingValues upper, IReadOnlyList<string> errors)
    {
        return new RunRequest(upper.Over(Values), [.. Sources.Select(upper.Over)], [.. errors, .. Errors]);
    }
}
