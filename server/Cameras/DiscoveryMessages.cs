using System.Net;
using System.Text;
using System.Xml;

namespace Streaming.Server.Cameras;

/// <summary>A camera that has answered.</summary>
/// <param name="Name">What it calls itself; empty when it says nothing.</param>
/// <param name="Address">Its ONVIF service.</param>
/// <param name="Types">What it says it is, for example NetworkVideoTransmitter.</param>
internal sealed record FoundCamera(string Name, string Address, IReadOnlyList<string> Types);

/// <summary>The messages of WS-Discovery: SOAP in a datagram.</summary>
internal static class DiscoveryMessages
{
    private const int MaxText = 200;
    private const int MaxTypes = 16;
    private const int MaxElements = 1000;
    private const int MaxDepth = 32;
    private const string NameScope = "onvif://www.onvif.org/name/";

    /// <summary>The question for cameras.</summary>
    /// <param name="id">Names the question; answers repeat it.</param>
    public static byte[] Question(string id)
    {
        return Encoding.UTF8.GetBytes(
            $"""
            <?xml version="1.0" encoding="utf-8"?>
            <e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"
              xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing"
              xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"
              xmlns:dn="http://www.onvif.org/ver10/network/wsdl">
            <e:Header><w:MessageID>{id}</w:MessageID>
            <w:To e:mustUnderstand="true">urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To>
            <w:Action e:mustUnderstand="true">http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action></e:Header>
            <e:Body><d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe></e:Body>
            </e:Envelope>
            """);
    }

    /// <summary>Reads an answer; null when it is none, or none to this question.</summary>
    /// <param name="datagram">What came.</param>
    /// <param name="id">The question's name.</param>
    /// <param name="sender">Where it came from.</param>
    public static FoundCamera? Read(ReadOnlyMemory<byte> datagram, string id, IPAddress sender)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            using var reader = XmlReader.Create(
                new MemoryStream(datagram.ToArray()),
                new XmlReaderSettings
                {
                    DtdProcessing = DtdProcessing.Prohibit,
                    XmlResolver = null,
                    MaxCharactersInDocument = datagram.Length,
                });
            var elements = 0;
            var name = "";
            while (reader.Read())
            {
                if (reader.NodeType == XmlNodeType.Element)
                {
                    if (++elements > MaxElements || reader.Depth > MaxDepth)
                    {
                        return null;
                    }

                    name = reader.IsEmptyElement ? "" : reader.LocalName;
                }
                else if (reader.NodeType == XmlNodeType.Text && name is "RelatesTo" or "Types" or "Scopes" or "XAddrs")
                {
                    texts.TryAdd(name, reader.Value.Trim());
                }
                else if (reader.NodeType == XmlNodeType.EndElement)
                {
                    name = "";
                }
            }
        }
        catch (XmlException)
        {
            return null;
        }

        return texts.GetValueOrDefault("RelatesTo") == id
            && AddressOf(Words(texts, "XAddrs"), sender) is { } address
                ? new FoundCamera(NameOf(Words(texts, "Scopes")), address, TypesOf(Words(texts, "Types"))) : null;
    }

    private static string[] Words(Dictionary<string, string> texts, string name)
    {
        return texts.GetValueOrDefault(name, "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>The service's address; of several, the one from which it has answered.</summary>
    private static string? AddressOf(string[] words, IPAddress sender)
    {
        Uri[] addresses =
        [
            .. words.Where(word => word.Length <= MaxText)
                .Select(word => Uri.TryCreate(word, UriKind.Absolute, out var uri) ? uri : null)
                .OfType<Uri>()
                .Where(uri => uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0 && uri.Host.Length > 0),
        ];
        return (addresses.FirstOrDefault(uri => uri.Host == sender.ToString()) ?? addresses.FirstOrDefault())?.AbsoluteUri;
    }

    private static string NameOf(string[] scopes)
    {
        var scope = scopes.FirstOrDefault(scope => scope.StartsWith(NameScope, StringComparison.OrdinalIgnoreCase));
        return scope is null ? "" : Clean(Uri.UnescapeDataString(scope[NameScope.Length..]));
    }

    private static string[] TypesOf(string[] types)
    {
        return [.. types.Take(MaxTypes).Select(type => Clean(type[(type.IndexOf(':', StringComparison.Ordinal) + 1)..]))];
    }

    private static string Clean(string text)
    {
        var shown = new string([.. text.Where(c => !char.IsControl(c) && !char.IsSurrogate(c))]).Trim();
        return shown.Length <= MaxText ? shown : shown[..MaxText];
    }
}
