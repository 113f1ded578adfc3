using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Streaming.Stages.Isolation;

/// <summary>
/// Messages over a pair of pipes: a byte that says the kind, and for some a length and that much JSON. One thread reads; several
/// may write. Nothing that comes in is trusted: what is too long or of no known form ends the conversation.
/// </summary>
/// <param name="input">Read from.</param>
/// <param name="output">Written to.</param>
internal sealed class MessagePipe(Stream input, Stream output) : IDisposable
{
    /// <summary>No message comes near it.</summary>
    private const int MostBytes = 64 * 1024;

    private readonly Lock _gate = new();
    private readonly byte[] _buffer = new byte[4096];
    private int _next;
    private int _count;
    private byte[] _content = [];

    /// <summary>Waits for a message.</summary>
    /// <returns>Its kind; <see cref="MessageKind.End"/> when the other side is gone.</returns>
    /// <exception cref="InvalidDataException">It is too long, or cut off.</exception>
    public MessageKind Read()
    {
        if (!Fill())
        {
            return MessageKind.End;
        }

        var kind = (MessageKind)_buffer[_next++];
        if (!HasContent(kind))
        {
            return kind;
        }

        Span<byte> length = stackalloc byte[sizeof(int)];
        ReadExactly(length);
        var bytes = BinaryPrimitives.ReadInt32LittleEndian(length);
        if (bytes is < 0 or > MostBytes)
        {
            throw new InvalidDataException($"a message of {bytes} bytes");
        }

        _content = new byte[bytes];
        ReadExactly(_content);
        return kind;
    }

    /// <summary>The content of the message that was read last.</summary>
    /// <exception cref="InvalidDataException">It is of another form.</exception>
    public T Content<T>(JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(_content, type) ?? throw new InvalidDataException("an empty message");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException("a message that cannot be read", exception);
        }
    }

    /// <summary>Writes a message without content.</summary>
    /// <exception cref="IOException">The other side is gone.</exception>
    public void Write(MessageKind kind)
    {
        lock (_gate)
        {
            output.Write([(byte)kind]);
            output.Flush();
        }
    }

    /// <summary>Writes a message.</summary>
    /// <exception cref="IOException">The other side is gone.</exception>
    public void Write<T>(MessageKind kind, T content, JsonTypeInfo<T> type)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(content, type);
        var message = new byte[1 + sizeof(int) + json.Length];
        message[0] = (byte)kind;
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(1), json.Length);
        json.CopyTo(message, 1 + sizeof(int));
        lock (_gate)
        {
            output.Write(message);
            output.Flush();
        }
    }

    /// <summary>Writes nothing more: the other side reads the end.</summary>
    public void CloseOutput()
    {
        lock (_gate)
        {
            try
            {
                output.Dispose();
            }
            catch (IOException)
            {
                // The other side is gone already.
            }
        }
    }

    public void Dispose()
    {
        CloseOutput();
        input.Dispose();
    }

    private static bool HasContent(MessageKind kind)
    {
        return kind switch
        {
            MessageKind.Frame or MessageKind.Ended or MessageKind.SlotReturned => false,
            MessageKind.Job or MessageKind.Ring or MessageKind.RingWanted or MessageKind.Opened or MessageKind.Remark
                or MessageKind.Failed => true,
            _ => throw new InvalidDataException($"a message of kind {(byte)kind}"),
        };
    }

    private void ReadExactly(Span<byte> target)
    {
        while (target.Length > 0)
        {
            if (!Fill())
            {
                throw new InvalidDataException("a message that is cut off");
            }

            var bytes = Math.Min(target.Length, _count - _next);
            _buffer.AsSpan(_next, bytes).CopyTo(target);
            _next += bytes;
            target = target[bytes..];
        }
    }

    private bool Fill()
    {
        if (_next == _count)
        {
            (_next, _count) = (0, input.Read(_buffer));
        }

        return _count > 0;
    }
}
