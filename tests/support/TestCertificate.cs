using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Streaming.Testing;

/// <summary>Certificates as cameras and their owners make them.</summary>
public static class TestCertificate
{
    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    /// <summary>A certificate that a camera made itself: named after its model, not after its address, and expired.</summary>
    public static X509Certificate2 OwnOfCamera(string name = "IPCAM-2041")
    {
        using var key = RSA.Create(2048);
        return Request(name, key).CreateSelfSigned(Now.AddYears(-5), Now.AddYears(-1));
    }

    /// <summary>A certificate for 127.0.0.1, and the authority that gave it.</summary>
    public static (X509Certificate2 Server, X509Certificate2 Authority) FromAuthority()
    {
        using var authorityKey = RSA.Create(2048);
        var request = Request("Our cameras", authorityKey);
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        var authority = request.CreateSelfSigned(Now.AddDays(-1), Now.AddDays(30));
        using var key = RSA.Create(2048);
        var server = Request("camera", key);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        server.CertificateExtensions.Add(names.Build());
        using var signed = server.Create(authority, Now.AddDays(-1), Now.AddDays(10), [1, 2, 3, 4]);
        return (signed.CopyWithPrivateKey(key), authority);
    }

    /// <summary>Certificate and key, as servers read them.</summary>
    public static string ToPem(X509Certificate2 certificate)
    {
        using var key = certificate.GetRSAPrivateKey()!;
        return $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
    }

    private static CertificateRequest Request(string name, RSA key)
    {
        return new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }
}
