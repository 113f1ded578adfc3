using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Streaming.Config.Run;

namespace Streaming.Stages.Decode;

/// <summary>Finds out why a source does not open by connecting to its server once more.</summary>
internal static class ConnectionCheck
{
    /// <summary>Most time for an answer; a server that is silent for longer is taken for one that answers.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    /// <summary>How the server of an address answers.</summary>
    /// <param name="address">A stream over TCP; others are not asked.</param>
    /// <param name="trust">https: a PEM file, <see cref="SourceConfig.TrustAny"/>, or null.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static ConnectionState Ask(StreamAddress address, string? trust, CancellationToken cancellationToken)
    {
        if (address.Port is not { } port)
        {
            return ConnectionState.Answers;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Timeout);
        try
        {
            return AskAsync(address, port, trust, limit.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return ConnectionState.Answers;
        }
    }

    private static async Task<ConnectionState> AskAsync(
        StreamAddress address, int port, string? trust, CancellationToken cancellationToken)
    {
        var host = address.Location.Host;
        IPAddress[] found;
        try
        {
            found = await Dns.GetHostAddressesAsync(address.Location.DnsSafeHost, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            return ConnectionState.HostUnknown;
        }

        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(found, port, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            return ConnectionState.Refused;
        }

        var isChecked = address.Scheme == "https" && trust != SourceConfig.TrustAny;
        return !isChecked || await TrustsAsync(client, host, trust, cancellationToken).ConfigureAwait(false)
            ? ConnectionState.Answers
            : ConnectionState.TlsFailed;
    }

    private static async Task<bool> TrustsAsync(TcpClient client, string host, string? trust, CancellationToken cancellationToken)
    {
        try
        {
            using var stream = new SslStream(client.GetStream());
            var options = new SslClientAuthenticationOptions { TargetHost = host, CertificateChainPolicy = PolicyFor(trust) };
            await stream.AuthenticateAsClientAsync(options, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (AuthenticationException)
        {
            return false;
        }
        catch (Exception exception) when (exception is SocketException or IOException or CryptographicException)
        {
            return true;
        }
    }

    private static X509ChainPolicy PolicyFor(string? trust)
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck };
        if (trust is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.ImportFromPemFile(trust);
        }

        return policy;
    }
}
