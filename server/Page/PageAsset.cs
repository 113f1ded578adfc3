using System.IO.Compression;
using System.Security.Cryptography;

namespace Streaming.Server.Page;

/// <summary>A file of the page, in the forms that browsers take. Each is compressed once, when it is first asked for.</summary>
internal sealed class PageAsset
{
    private readonly byte[] _plain;
    private readonly string _hash;
    private readonly Lazy<byte[]> _brotli;
    private readonly Lazy<byte[]> _gzip;

    public PageAsset(byte[] content, string contentType)
    {
        (_plain, ContentType) = (content, contentType);
        _hash = Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 12));
        _brotli = new Lazy<byte[]>(() => Compress(static (to, level) => new BrotliStream(to, level, leaveOpen: true)));
        _gzip = new Lazy<byte[]>(() => Compress(static (to, level) => new GZipStream(to, level, leaveOpen: true)));
    }

    public string ContentType { get; }

    /// <summary>The file in one form.</summary>
    /// <param name="coding">br, gzip or identity.</param>
    public ReadOnlyMemory<byte> Content(string coding)
    {
        return coding switch
        {
            "br" => _brotli.Value,
            "gzip" => _gzip.Value,
            _ => _plain,
        };
    }

    /// <summary>Identifies the file's content in one form.</summary>
    public string ETag(string coding)
    {
        return $"\"{_hash}-{coding}\"";
    }

    private byte[] Compress(Func<Stream, CompressionLevel, Stream> coder)
    {
        using var compressed = new MemoryStream();
        using (var stream = coder(compressed, CompressionLevel.SmallestSize))
        {
            stream.Write(_plain);
        }

        return compressed.ToArray();
    }
}
