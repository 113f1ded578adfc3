using System.Net;

namespace Streaming.Server.Access;

/// <summary>Compares what the server bound with what it was asked to bind.</summary>
internal static class BoundEndpoint
{
    /// <param name="asked">The only endpoint that may be open; port 0 stands for any port.</param>
    /// <param name="scheme">The only scheme: http or https.</param>
    /// <param name="bound">The server's addresses, such as "http://127.0.0.1:9464" or "https://[::]:9464".</param>
    /// <returns>The endpoint with its port.</returns>
    /// <exception cref="IOException">Another address is open, or none.</exception>
    public static IPEndPoint Check(IPEndPoint asked, string scheme, ICollection<string> bound)
    {
        if (bound.Count == 1
            && Uri.TryCreate(bound.First(), UriKind.Absolute, out var uri)
            && uri.Scheme == scheme
            && IPAddress.TryParse(uri.Host, out var address)
            && address.Equals(asked.Address)
            && (asked.Port == 0 || asked.Port == uri.Port))
        {
            return new IPEndPoint(address, uri.Port);
        }

        var found = bound.Count == 0 ? "nothing" : string.Join(", ", bound);
        throw new IOException($"asked to listen on {asked} only, but bound {found}");
    }
}
