using System.Net.WebSockets;
using System.Runtime.CompilerServices;

namespace Streaming.Server.Live;

/// <summary>Reads the texts that a viewer sends.</summary>
internal static class ViewerMessages
{
    /// <summary>A list of as many sources as a run may have, with long names, fits in.</summary>
    private const int MaxLength = 256 * 1024;

    /// <summary>The messages until the viewer leaves; each is valid until the next one is asked for.</summary>
    /// <exception cref="FormatException">One is too long, or no text.</exception>
    /// <exception cref="WebSocketException">The connection broke.</exception>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        WebSocket socket, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (buffer, length) = (new byte[4096], 0);
        while (true)
        {
            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, length < MaxLength ? length * 2 : throw new FormatException("The message is too long."));
            }

            var part = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
            switch (part.MessageType)
            {
                case WebSocketMessageType.Close:
                    yield break;
                case WebSocketMessageType.Binary:
                    throw new FormatException("A viewer sends texts.");
            }

            length += part.Count;
            if (part.EndOfMessage)
            {
                yield return buffer.AsMemory(0, length);
                length = 0;
            }
        }
    }
}
