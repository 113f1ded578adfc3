using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Streaming.Server.Tests.Cameras;

/// <summary>Answers WS-Discovery on this machine as an ONVIF camera would, or as one would that means harm.</summary>
internal sealed partial class StubCamera : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    public StubCamera()
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
    }

    /// <summary>Where it can be asked.</summary>
    public IPEndPoint Address => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>The text of an answer; ID stands for the question's name.</summary>
    public static string Answer(string addresses, string scopes = "", string relatesTo = "ID")
    {
        return $"""
            <?xml version="1.0" encoding="UTF-8"?>
            <SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope"
              xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing"
              xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><SOAP-ENV:Header>
            <wsa:MessageID>urn:uuid:1</wsa:MessageID><wsa:RelatesTo>{relatesTo}</wsa:RelatesTo></SOAP-ENV:Header>
            <SOAP-ENV:Body><d:ProbeMatches><d:ProbeMatch>
            <wsa:EndpointReference><wsa:Address>urn:uuid:2</wsa:Address></wsa:EndpointReference>
            <d:Types>tdn:NetworkVideoTransmitter tds:Device</d:Types><d:Scopes>{scopes}</d:Scopes>
            <d:XAddrs>{addresses}</d:XAddrs></d:ProbeMatch></d:ProbeMatches></SOAP-ENV:Body></SOAP-ENV:Envelope>
            """;
    }

    /// <summary>Waits for a question and answers it; when it returns, all answers have arrived.</summary>
    /// <returns>The question.</returns>
    public async Task<string> AnswerAsync(params IReadOnlyList<string> answers)
    {
        var buffer = new byte[64 << 10];
        var question = await _socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0));
        var text = Encoding.UTF8.GetString(buffer, 0, question.ReceivedBytes);
        var id = MessageId().Match(text).Groups[1].Value;
        foreach (var answer in answers)
        {
            _socket.SendTo(
                Encoding.UTF8.GetBytes(answer.Replace("ID<", $"{id}<", StringComparison.Ordinal)), question.RemoteEndPoint);
        }

        return text;
    }

    public void Dispose()
    {
        _socket.Dispose();
    }

    [GeneratedRegex("MessageID>(urn:uuid:[^<]+)<")]
    private static partial Regex MessageId();
}
