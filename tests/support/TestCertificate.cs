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
        var authority = AuthorityRequest("Our cameras", authorityKey).CreateSelfSigned(Now.AddDays(-1), Now.AddDays(30));
        return (Sign(authority), authority);
    }

    /// <summary>A certificate for 127.0.0.1, and the authority that gave it, which another authority vouches for.</summary>
    public static (X509Certificate2 Server, X509Certificate2 Authority) FromIntermediate()
    {
        using var rootKey = RSA.Create(2048);
        using var root = AuthorityRequest("Everybody's", rootKey).CreateSelfSigned(Now.AddDays(-2), Now.AddDays(31));
        using var authorityKey = RSA.Create(2048);
        using var signed = AuthorityRequest("Our cameras", authorityKey)
            .Create(root, Now.AddDays(-1), Now.AddDays(30), [5, 6, 7, 8]);
        var authority = signed.CopyWithPrivateKey(authorityKey);
        return (Sign(authority), authority);
    }

    /// <summary>Certificate and key, as servers read them.</summary>
    public static string ToPem(X509Certificate2 certificate)
    {
        using var key = certificate.GetRSAPrivateKey()!;
        return $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
    }

    private static X509Certificate2 Sign(X509Certificate2 authority)
    {
        using var key = RSA.Create(2048);
        var server = Request("camera", key);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        server.CertificateExtensions.Add(names.Build());
        using var signed = server.Create(authority, Now.AddDays(-1), Now.AddDays(10), [1, 2, 3, 4]);
        return signed.CopyWithPrivateKey(key);
    }

    private static CertificateRequest AuthorityRequest(string name, RSA key)
    {
        var request = Request(name, key);
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        return request;
    }

    private static CertificateRequest Request(string name, RSA key)
    {
        return new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }
}
