using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Streaming.Server.Access;

/// <summary>
/// A certificate and its key in PEM files. They are read again for each new connection, so that a renewed certificate is shown
/// at once; while the files do not fit each other, as in the middle of a renewal, the earlier certificate stays.
/// </summary>
internal sealed class CertificateFiles
{
    private readonly string _certificatePath;
    private readonly string _keyPath;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private SslStreamCertificateContext _current;
    private byte[] _digest;
    private string? _trouble;

    /// <param name="certificatePath">The certificate, followed by those of intermediate authorities.</param>
    /// <param name="keyPath">Its private key, not encrypted. It may be the same file.</param>
    /// <param name="logger">Told when the certificate changes, or cannot.</param>
    /// <exception cref="CertificateException">The files cannot be read, or do not fit each other.</exception>
    public CertificateFiles(string certificatePath, string keyPath, ILogger logger)
    {
        (_certificatePath, _keyPath, _logger) = (certificatePath, keyPath, logger);
        var (certificate, key) = (Read(certificatePath), Read(keyPath));
        (_digest, _current) = (Digest(certificate, key), Parse(certificate, key));
    }

    /// <summary>What a new connection is shown. Connections that were made earlier keep what they were shown.</summary>
    public SslStreamCertificateContext Current
    {
        get
        {
            lock (_gate)
            {
                Refresh();
                return _current;
            }
        }
    }

    private void Refresh()
    {
        try
        {
            var (certificate, key) = (Read(_certificatePath), Read(_keyPath));
            var digest = Digest(certificate, key);
            if (!digest.AsSpan().SequenceEqual(_digest))
            {
                (_current, _digest) = (Parse(certificate, key), digest);
                ServerLog.CertificateChanged(_logger, _certificatePath, _current.TargetCertificate.NotAfter.ToUniversalTime());
            }

            _trouble = null;
        }
        catch (CertificateException exception)
        {
            if (_trouble != exception.Message)
            {
                ServerLog.CertificateNotChanged(_logger, _trouble = exception.Message);
            }
        }
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CertificateException($"{path}: there is no such file.", exception);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new CertificateException($"{path}: may not be read: permission denied.", exception);
        }
        catch (IOException exception)
        {
            throw new CertificateException($"{path}: cannot be read: {exception.Message.TrimEnd('.')}.", exception);
        }
    }

    private static byte[] Digest(string certificate, string key)
    {
        return SHA256.HashData([.. System.Text.Encoding.UTF8.GetBytes($"{certificate}\0{key}")]);
    }

    private SslStreamCertificateContext Parse(string certificate, string key)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPem(certificate);
        }
        catch (CryptographicException exception)
        {
            throw new CertificateException($"{_certificatePath}: holds a damaged certificate.", exception);
        }

        if (authorities.Count == 0)
        {
            throw new CertificateException(
                $"{_certificatePath}: holds no certificate in PEM format (-----BEGIN CERTIFICATE-----).");
        }

        if (!key.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            throw new CertificateException($"{_keyPath}: holds no private key in PEM format (-----BEGIN PRIVATE KEY-----).");
        }

        if (key.Contains("ENCRYPTED", StringComparison.Ordinal))
        {
            throw new CertificateException(
                $"{_keyPath}: the key is encrypted; decrypt it with 'openssl pkey' and protect the file by its permissions.");
        }

        authorities.RemoveAt(0);
        try
        {
            // The server's certificate comes first. Nobody releases it: connections may show it for as long as they last.
            var own = X509Certificate2.CreateFromPem(certificate, key);
            return SslStreamCertificateContext.Create(own, authorities, offline: true);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new CertificateException(
                $"{_keyPath}: is not the key of the first certificate in {_certificatePath}, or is damaged.", exception);
        }
    }
}
