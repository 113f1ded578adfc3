using System.Text.RegularExpressions;

namespace Streaming.Config.Run.Editing;

/// <summary>
/// The parts of an address: what stands before its "@", and its query, may hold passwords. What is broken is secret rather too
/// much than too little, as where addresses are shown.
/// </summary>
/// <param name="Scheme">With its "://".</param>
/// <param name="User">User and password; null when there is no "@".</param>
/// <param name="Middle">Host, port and path.</param>
/// <param name="Mark">"?" or "#"; empty when nothing follows.</param>
/// <param name="Query">What follows; null for nothing.</param>
internal sealed partial record SecretAddress(string Scheme, string? User, string Middle, string Mark, string? Query)
{
    /// <summary>Host and port.</summary>
    public string Host => Middle.Split('/')[0];

    /// <summary>The parts of a text; null when it is no address.</summary>
    public static SecretAddress? Find(string text)
    {
        var scheme = Beginning().Match(text);
        if (!scheme.Success || text.StartsWith("synthetic:", StringComparison.Ordinal))
        {
            return null;
        }

        var rest = text[scheme.Length..];
        var at = rest.LastIndexOf('@');
        var shown = rest[(at + 1)..];
        var end = shown.AsSpan().IndexOfAny('?', '#');
        return new SecretAddress(
            scheme.Value,
            at < 0 ? null : rest[..at],
            end < 0 ? shown : shown[..end],
            end < 0 ? "" : shown[end].ToString(),
            end < 0 ? null : shown[(end + 1)..]);
    }

    /// <summary>The whole text.</summary>
    public override string ToString()
    {
        return $"{Scheme}{(User is null ? "" : $"{User}@")}{Middle}{Mark}{Query}";
    }

    /// <summary>Also "rtsp:/host" and "rtsp//host", which are meant as addresses.</summary>
    [GeneratedRegex("^[A-Za-z][A-Za-z0-9+.-]*(://|:/|//)")]
    private static partial Regex Beginning();
}
