namespace Streaming.Stages.Frames;

/// <summary>What kind of trouble a source has.</summary>
public enum DecodeError
{
    /// <summary>There is no such file or stream, or nothing in it that could be read.</summary>
    NotFound,

    /// <summary>It may not be read.</summary>
    PermissionDenied,

    /// <summary>Its content is not a video or picture, or of a codec that is not supported.</summary>
    Unsupported,

    /// <summary>Its content is damaged, or ends too early.</summary>
    Corrupt,

    /// <summary>User or password are wrong or missing.</summary>
    Authentication,

    /// <summary>Nothing came in time.</summary>
    Timeout,

    /// <summary>The decoder itself hangs; it was ended.</summary>
    Stalled,

    /// <summary>Nobody listens at the address, or the connection is turned down.</summary>
    Refused,

    /// <summary>The encrypted connection cannot be set up: a certificate or a protocol does not fit.</summary>
    Tls,

    /// <summary>The connection broke off, or the stream ended.</summary>
    Connection,

    /// <summary>A library that is needed for it is missing on this machine.</summary>
    MissingLibrary,

    /// <summary>The decoder's process died.</summary>
    Crashed,
}

/// <summary>The names of errors in outputs and metrics.</summary>
internal static class DecodeErrorCode
{
    /// <summary>For example "not_found".</summary>
    /// <param name="error">The kind of trouble.</param>
    public static string Code(this DecodeError error)
    {
        return error switch
        {
            DecodeError.NotFound => "not_found",
            DecodeError.PermissionDenied => "permission_denied",
            DecodeError.MissingLibrary => "missing_library",
            _ => error.ToString().ToLowerInvariant(),
        };
    }
}
