using Streaming.Stages.Frames;
using Streaming.Stages.Gst;

namespace Streaming.Stages.Decode;

/// <summary>GStreamer's errors (gsterror.h) in our words; its texts may hold anything and are not passed on.</summary>
internal static class NetworkFailure
{
    // Codes of GstResourceError and GstStreamError.
    private const int NotFound = 3;
    private const int OpenRead = 5;
    private const int OpenWrite = 6;
    private const int OpenReadWrite = 7;
    private const int NotAuthorized = 15;
    private const int TypeNotFound = 4;
    private const int WrongType = 5;
    private const int CodecNotFound = 6;

    /// <summary>What is wrong with a server that redirects in a circle.</summary>
    public const string Redirects = "the server redirects again and again";

    private const string BadCertificate =
        "the encrypted connection cannot be set up: its certificate or protocol is not accepted "
        + "('trust' takes a camera's own certificate)";

    /// <summary>The error of a source.</summary>
    /// <param name="address">The source.</param>
    /// <param name="error">What GStreamer reported.</param>
    /// <param name="hasRefused">Whether a certificate was turned down.</param>
    /// <param name="connection"> How the server answers, asked only when GStreamer does not say what is wrong: of a host that
    /// does not exist, of a closed port and of a certificate that it does not trust it says no more than "internal error".
    /// </param>
    public static DecodeException Explain(
        StreamAddress address, GstError error, bool hasRefused, Func<ConnectionState> connection)
    {
        var (kind, what) = Known(error, hasRefused) ?? connection() switch
        {
            ConnectionState.HostUnknown => (DecodeError.NotFound, "the host name cannot be resolved"),
            ConnectionState.Refused => (DecodeError.Refused, "nobody answers there, or the connection is turned down"),
            ConnectionState.TlsFailed => (DecodeError.Tls, BadCertificate),
            _ => Guess(error),
        };
        return new DecodeException(kind, $"{address}: {what}.");
    }

    /// <summary>Errors that leave no doubt.</summary>
    private static (DecodeError Kind, string What)? Known(GstError error, bool hasRefused)
    {
        return error switch
        {
            { IsResource: false } => null,
            { Code: NotAuthorized } => (DecodeError.Authentication, "user or password are wrong or missing"),
            _ when Says(error, "401", "Unauthorized", "403", "Forbidden")
                => (DecodeError.Authentication, "user or password are wrong or missing"),
            _ when Says(error, "(301)", "(302)", "(303)", "(307)", "(308)") => (DecodeError.Refused, Redirects),
            _ when hasRefused || Says(error, "TLS", "certificate") => (DecodeError.Tls, BadCertificate),
            _ => null,
        };
    }

    /// <summary>The server answers, so that it is about the stream.</summary>
    private static (DecodeError Kind, string What) Guess(GstError error)
    {
        return error switch
        {
            { IsResource: true, Code: NotFound } => (DecodeError.NotFound, "there is no such stream"),
            { IsResource: true, Code: OpenRead or OpenWrite or OpenReadWrite }
                => (DecodeError.Refused, "nobody answers there, or the connection is turned down"),
            { IsResource: true } => (DecodeError.Connection, "the connection broke off"),
            { IsStream: true, Code: TypeNotFound or WrongType or CodecNotFound }
                => (DecodeError.Unsupported, "its codec is not supported"),
            _ => (DecodeError.Corrupt, "its content is damaged"),
        };
    }

    private static bool Says(GstError error, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (error.Debug.Contains(word, StringComparison.Ordinal) || error.Message.Contains(word, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
