namespace Streaming.Stages.Decode;

/// <summary>The address of a network stream with its credentials apart from it, so that no output can show them.</summary>
/// <param name="Location">Without credentials; safe to show.</param>
/// <param name="User">Empty when there is none.</param>
/// <param name="Password">Empty when there is none.</param>
public sealed record StreamAddress(Uri Location, string User, string Password)
{
    private static readonly string[] Schemes = ["rtsp", "rtsps", "http", "https", "rtmp", "udp"];

    /// <summary>Host and path, in characters that a file name may have.</summary>
    public string FileName => string.Concat(
        $"{Location.Host}{Location.AbsolutePath.TrimEnd('/')}".Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_'));

    /// <summary>Whether a location is meant as an address of a network stream.</summary>
    /// <param name="location">What a user wrote.</param>
    public static bool IsAddress(string location)
    {
        var end = location.IndexOf("://", StringComparison.Ordinal);
        return end > 0 && Schemes.Contains(location[..end], StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>
    /// Reads an address. The password may hold '@' as it is; '/', '?' and '#' must be percent-encoded.
    /// </summary>
    /// <param name="location">For example "rtsp://user:password@camera.lan/stream".</param>
    /// <exception cref="DecodeException">It is no address; the message does not repeat it, as it may hold a password.</exception>
    public static StreamAddress Parse(string location)
    {
        var start = location.IndexOf("://", StringComparison.Ordinal) + 3;
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
            : throw new DecodeException(DecodeError.Unsupported, $"an address that begins with {location[..start]} is damaged: write {location[..start]}[user:password@]host[:port]/path, with / in a password as %2F.");
    }

    /// <summary>The same address with other credentials, if any are given.</summary>
    /// <param name="user">Null keeps those of the address.</param>
    /// <param name="password">Null is an empty one.</param>
    public StreamAddress With(string? user, string? password)
    {
        return user is null ? this : this with { User = user, Password = password ?? "" };
    }

    /// <summary>The location without credentials.</summary>
    public override string ToString()
    {
        return Location.AbsoluteUri;
    }
}
