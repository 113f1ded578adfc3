using System.Text.RegularExpressions;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Decode;

/// <summary>
/// The address of a network stream. Its credentials stand apart, and its text shows scheme, host and path only, since a query may
/// hold a password or a token too.
/// </summary>
/// <param name="Location">Without user and password, but with the query: not to be shown.</param>
/// <param name="User">Empty when there is none.</param>
/// <param name="Password">Empty when there is none.</param>
internal sealed partial record StreamAddress(Uri Location, string User, string Password)
{
    /// <summary>The kinds of addresses that are supported, with the port of those over TCP.</summary>
    private static readonly Dictionary<string, int?> Schemes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["rtsp"] = 554,
        ["rtsps"] = 322,
        ["http"] = 80,
        ["https"] = 443,
        ["rtmp"] = 1935,
        ["udp"] = null,
    };

    /// <summary>For example "rtsp", in lower case.</summary>
    public string Scheme => Location.Scheme;

    /// <summary>Whether it is RTSP, encrypted or not.</summary>
    public bool IsRtsp => Scheme is "rtsp" or "rtsps";

    /// <summary>Whether user and password are given.</summary>
    public bool HasUser => User.Length > 0;

    /// <summary>The server's port; null for what does not come over TCP.</summary>
    public int? Port => Schemes[Scheme] is { } standard ? (Location.Port > 0 ? Location.Port : standard) : null;

    /// <summary>Host and path as far as they are shown, in characters that a file name may have.</summary>
    public string FileName
    {
        get
        {
            var name = $"{Location.Host}{Location.AbsolutePath.TrimEnd('/')}";
            var shown = name[(name.LastIndexOf('@') + 1)..];
            return string.Concat(shown.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_'));
        }
    }

    /// <summary>Whether a location is meant as an address of a network stream, of a supported kind or not.</summary>
    /// <param name="location">What a user wrote.</param>
    public static bool IsAddress(string location)
    {
        return Beginning().IsMatch(location);
    }

    /// <summary>
    /// Reads an address. The password may hold '@' as it is; '/', '?' and '#' must be percent-encoded.
    /// </summary>
    /// <param name="location">For example "rtsp://user:password@camera.lan/stream".</param>
    /// <exception cref="DecodeException">
    /// It is no address, or of a kind that is not supported; the message does not repeat it, as it may hold a password.
    /// </exception>
    public static StreamAddress Parse(string location)
    {
        var start = location.IndexOf("://", StringComparison.Ordinal) + 3;
        var scheme = location[..Math.Max(start - 3, 0)];
        if (!Schemes.ContainsKey(scheme))
        {
            throw new DecodeException(
                DecodeError.Unsupported,
                $"addresses that begin with {scheme}:// are not supported; supported: "
                + $"{string.Join(", ", Schemes.Keys)}, and paths of files.");
        }

        var pathAt = location.AsSpan(start).IndexOfAny('/', '?', '#');
        var at = location.LastIndexOf('@', pathAt < 0 ? location.Length - 1 : start + pathAt);
        var (user, password) = ("", "");
        var bare = location;
        if (at > start)
        {
            var credentials = location[start..at];
            var colon = credentials.IndexOf(':', StringComparison.Ordinal);
            user = Uri.UnescapeDataString(colon < 0 ? credentials : credentials[..colon]);
            password = colon < 0 ? "" : Uri.UnescapeDataString(credentials[(colon + 1)..]);
            bare = location[..start] + location[(at + 1)..];
        }

        return Uri.TryCreate(bare, UriKind.Absolute, out var uri) && uri.Host.Length > 0
            ? new StreamAddress(uri, user, password)
            : throw new DecodeException(
                DecodeError.Unsupported,
                $"an address that begins with {scheme}:// is malformed: write {scheme}://[user:password@]host[:port]/path, "
                + "with / in a password as %2F.");
    }

    /// <summary>
    /// A location as it may be shown: of what looks like an address without user, password and query, everything else as it is.
    /// </summary>
    /// <param name="location">What a user wrote, well-formed or not.</param>
    public static string Show(string location)
    {
        var scheme = Mistyped().Match(location);
        if (!scheme.Success)
        {
            return location;
        }

        // What stands before an '@' may be a user part, however broken.
        var rest = location[scheme.Length..];
        var shown = rest[(rest.LastIndexOf('@') + 1)..];
        return $"{scheme.Value}{(shown.Length < rest.Length ? "…@" : "")}{shown.Split('?', '#')[0]}";
    }

    /// <summary>The same address with other credentials, if any are given.</summary>
    /// <param name="user">Null keeps those of the address.</param>
    /// <param name="password">Null is an empty one.</param>
    public StreamAddress With(string? user, string? password)
    {
        return user is null ? this : this with { User = user, Password = password ?? "" };
    }

    /// <summary>
    /// Scheme, host and path. An '@' in the path may be the end of a malformed user part: what is before it is not shown.
    /// </summary>
    public override string ToString()
    {
        return Show(Location.GetLeftPart(UriPartial.Path));
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9+.-]*://")]
    private static partial Regex Beginning();

    /// <summary>Also "rtsp:/host" and "rtsp//host", which are meant as addresses.</summary>
    [GeneratedRegex("^[A-Za-z][A-Za-z0-9+.-]*(://|:/|//)")]
    private static partial Regex Mistyped();
}
