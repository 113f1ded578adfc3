using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Streaming.Pipeline.Metrics;
using Streaming.Server.Access;
using Streaming.Server.Health;

namespace Streaming.Server.Tests.Access;

/// <summary>A server that encrypts, with certificates as files.</summary>
public sealed class CertificateFilesTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly X509Certificate2 _first = TestCertificate.OwnOfCamera("first");
    private readonly X509Certificate2 _second = TestCertificate.OwnOfCamera("second");

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Server_CertificateIsRenewed_NewConnectionsAreShownTheNewOne()
    {
        Write(_first, _first);
        await using var server = await StartAsync();
        Assert.StartsWith("https://127.0.0.1:", server.Address, StringComparison.Ordinal);
        Assert.Equal("CN=first", await ShownAsync(server.Address));
        Write(_second, _first);
        Assert.Equal("CN=first", await ShownAsync(server.Address));
        Write(_second, _second);
        Assert.Equal("CN=second", await ShownAsync(server.Address));
        File.Delete(_folder.File("key.pem"));
        Assert.Equal("CN=second", await ShownAsync(server.Address));
    }

    [Fact]
    public async Task Server_WithCertificate_AnswersNothingUnencrypted()
    {
        Write(_first, _first);
        await using var server = await StartAsync();
        using var http = new HttpClient();
        var address = server.Address.Replace("https:", "http:", StringComparison.Ordinal);
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync($"{address}/healthz/live"));
    }

    [Fact]
    public async Task Server_IntermediateAuthorityInTheFile_IsShownToo()
    {
        var (own, authority) = TestCertificate.FromIntermediate();
        using (own)
        using (authority)
        {
            _folder.File("certificate.pem", $"{own.ExportCertificatePem()}\n{authority.ExportCertificatePem()}\n");
            _folder.File("key.pem", Key(own));
            await using var server = await StartAsync();
            var shown = new List<string>();
            using var handler = new HttpClientHandler
            {
                ServerCertificateCustomValidationCallback = (_, _, chain, _) =>
                {
                    shown.AddRange(chain!.ChainPolicy.ExtraStore.Select(certificate => certificate.Subject));
                    return true;
                },
            };
            using var http = new HttpClient(handler);
            await http.GetAsync($"{server.Address}/healthz/live");
            Assert.Contains(authority.Subject, shown);
        }
    }

    [Fact]
    public void Open_WrongFiles_IsOneSentenceThatNamesTheFile()
    {
        using var encrypted = RSA.Create(2048);
        var locked = encrypted.ExportEncryptedPkcs8PrivateKeyPem(
            "secret", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1));
        var good = _first.ExportCertificatePem();
        (string? Certificate, string? Key, string File, string Words)[] cases =
        [
            (null, Key(_first), "certificate.pem", "there is no such file"),
            (good, null, "key.pem", "there is no such file"),
            ("words", Key(_first), "certificate.pem", "holds no certificate in PEM format"),
            ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", Key(_first), "certificate.pem", "damaged"),
            (good, "words", "key.pem", "holds no private key in PEM format"),
            (good, Key(_second), "key.pem", "is not the key of the first certificate"),
            (good, locked, "key.pem", "the key is encrypted"),
        ];
        foreach (var (certificate, key, file, words) in cases)
        {
            File.Delete(_folder.File("certificate.pem"));
            File.Delete(_folder.File("key.pem"));
            _folder.File("certificate.pem", certificate);
            _folder.File("key.pem", key);
            var exception = Assert.Throws<CertificateException>(Open);
            Assert.Contains($"{file}: ", exception.Message, StringComparison.Ordinal);
            Assert.Contains(words, exception.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', exception.Message);
        }
    }

    private static string Key(X509Certificate2 certificate)
    {
        using var key = certificate.GetRSAPrivateKey()!;
        return key.ExportPkcs8PrivateKeyPem();
    }

    private void Write(X509Certificate2 certificate, X509Certificate2 key)
    {
        _folder.File("certificate.pem", certificate.ExportCertificatePem());
        _folder.File("key.pem", Key(key));
    }

    private CertificateFiles Open()
    {
        return new CertificateFiles(_folder.File("certificate.pem"), _folder.File("key.pem"), NullLogger.Instance);
    }

    private async Task<WebServer> StartAsync()
    {
        return await WebServer.StartAsync(
            new IPEndPoint(IPAddress.Loopback, 0), null, new PipelineMetrics().Registry, new PipelineHealth(TimeProvider.System),
            NullLogger.Instance, Open());
    }

    /// <summary>The certificate that a new connection is shown.</summary>
    private static async Task<string?> ShownAsync(string address)
    {
        string? subject = null;
        using var handler = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = (_, certificate, _, _) =>
            {
                subject = certificate?.Subject;
                return true;
            },
        };
        using var http = new HttpClient(handler);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync($"{address}/healthz/live")).StatusCode);
        return subject;
    }
}
