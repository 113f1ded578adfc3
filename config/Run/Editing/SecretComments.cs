using System.Text.RegularExpressions;

namespace Streaming.Config.Run.Editing;

/// <summary>
/// Hides secrets in what is no value of a run file: in comments, where cameras are commented out, and in a text that is no YAML.
/// </summary>
internal sealed class SecretComments
{
    private static readonly Regex Address = new(
        @"[A-Za-z][A-Za-z0-9+.-]*:?//[^\s""',}\]]+", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    private readonly Regex _value;

    /// <param name="secretKeys">The keys whose values are secret.</param>
    public SecretComments(IEnumerable<string> secretKeys)
    {
        var keys = string.Join('|', secretKeys.Select(Regex.Escape));
        _value = new Regex(
            $@"(?<key>\b(?:{keys})[""']?\s*[:=]\s*)(?<value>""(?:[^""\\\n]|\\.)*""|'[^'\n]*'|[^\s,}}\]#]+)",
            RegexOptions.CultureInvariant | RegexOptions.IgnoreCase,
            TimeSpan.FromSeconds(1));
    }

    /// <summary>A text without secrets.</summary>
    public string Hide(string text)
    {
        var hidden = _value.Replace(
            text, match => $"{match.Groups["key"].Value}{SecretText.Hide(match.Groups["value"].Value.Trim('"', '\''), true)}");
        return Address.Replace(hidden, match => SecretText.Hide(match.Value, false));
    }
}
