using System.Text.RegularExpressions;

namespace Streaming.Config.Run.Editing;

/// <summary>Hides secrets in single texts of a run file, and puts them back.</summary>
internal static partial class SecretText
{
    /// <summary>What stands in the place of a secret.</summary>
    public const string Mask = "********";

    /// <summary>A text as it may be shown. ${NAME} is no secret: the environment has it.</summary>
    /// <param name="text">As the run file has it.</param>
    /// <param name="isSecret">Whether all of it is one.</param>
    public static string Hide(string text, bool isSecret)
    {
        if (isSecret)
        {
            return IsLiteral(text) ? Mask : text;
        }

        return SecretAddress.Find(text) is { } address
            ? (address with { User = HidePart(address.User), Query = HidePart(address.Query) }).ToString()
            : text;
    }

    /// <summary>A text as the run file is to have it; what was hidden is put back from an earlier text.</summary>
    /// <param name="given">What somebody gives; parts of it may be hidden.</param>
    /// <param name="before">The earlier text, as the run file has it; null for none.</param>
    /// <param name="isSecret">Whether all of it is a secret.</param>
    /// <param name="show">How texts of the run file were shown before secrets were hidden.</param>
    /// <param name="write">Makes of what is given what the run file is to have.</param>
    /// <returns>Null when something hidden is not in the earlier text, or would go to another host.</returns>
    public static string? Restore(
        string given, string? before, bool isSecret, Func<string, string> show, Func<string, string> write)
    {
        if (before is not null && given == Hide(show(before), isSecret))
        {
            return before;
        }

        if (!isSecret && SecretAddress.Find(given) is { } now)
        {
            var old = before is not null && SecretAddress.Find(before) is { } address && show(address.Host) == now.Host
                ? address : null;
            given = (now with
            {
                Scheme = write(now.Scheme),
                User = RestorePart(now.User, old?.User, show, write),
                Middle = write(now.Middle),
                Query = RestorePart(now.Query, old?.Query, show, write),
            }).ToString();
        }
        else
        {
            given = write(given);
        }

        return given.Contains(Mask, StringComparison.Ordinal) ? null : given;
    }

    /// <summary>A text of a run file as its value: ${NAME} stays, "$$" is a dollar sign.</summary>
    public static string Value(string text)
    {
        return Variable().IsMatch(text.Replace("$$", "", StringComparison.Ordinal))
            ? text : text.Replace("$$", "$", StringComparison.Ordinal);
    }

    /// <summary>What a run file must have for a text to be taken as it is.</summary>
    public static string Literal(string value)
    {
        return value.Replace("$", "$$", StringComparison.Ordinal);
    }

    private static string? RestorePart(string? given, string? before, Func<string, string> show, Func<string, string> write)
    {
        return given is null ? null : before is not null && given == HidePart(show(before)) ? before : write(given);
    }

    private static string? HidePart(string? text)
    {
        return text is not null && IsLiteral(text) ? Mask : text;
    }

    /// <summary>Whether anything stands there beside ${NAME} and signs between.</summary>
    private static bool IsLiteral(string text)
    {
        return Variable().Replace(text, "").Any(c => !char.IsWhiteSpace(c) && c is not (':' or '&' or '='));
    }

    [GeneratedRegex(@"\$\{[A-Za-z_][A-Za-z0-9_]*\}")]
    private static partial Regex Variable();
}
