using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Streaming.Config.Run;

namespace Streaming.Stages.Decode;

/// <summary>Finds out why an HTTPS source failed: of a certificate that it does not trust GStreamer says no more than "internal error".</summary>
internal static class TlsDiagnosis
{
    /// <summary>Whether an encrypted connection to a server cannot be set up, though the server answers.</summary>
    /// <param name="server">Host and port of an address.</param>
    /// <param name="trust">A PEM file, <see cref="SourceConfig.TrustAny"/>, or null.</param>
    /// <param name="timeout">Most time for an answer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static bool IsRefused(Uri server, string? trust, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (trust == SourceConfig.TrustAny)
        {
            return false;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            using var client = new TcpClient();
            client.ConnectAsync(server.Host, server.Port, limit.Token).AsTask().GetAwaiter().GetResult();
            using var stream = new SslStream(client.GetStream());
            var options = new SslClientAuthenticationOptions { TargetHost = server.Host, CertificateChainPolicy = PolicyFor(trust) };
            stream.AuthenticateAsClientAsync(options, limit.Token).GetAwaiter().GetResult();
            return false;
        }
        catch (AuthenticationException)
        {
            return true;
        }
        catch (Exception exception) when (exception is SocketException or IOException or CryptographicException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return false;
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
