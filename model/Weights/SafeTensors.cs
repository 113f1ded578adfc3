using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace Streaming.Model.Weights;

/// <summary>
/// The safetensors format: the length of a JSON header as 8 bytes, the header with each array's type, shape and place,
/// then the numbers.
/// </summary>
internal static class SafeTensors
{
    private const long MaxHeader = 16 << 20;

    private static readonly Dictionary<string, ElementType> Types = new()
    {
        ["F32"] = ElementType.Float32,
        ["F16"] = ElementType.Float16,
        ["BF16"] = ElementType.BFloat16,
        ["F64"] = ElementType.Float64,
        ["I64"] = ElementType.Int64,
        ["I32"] = ElementType.Int32,
        ["I16"] = ElementType.Int16,
        ["I8"] = ElementType.Int8,
        ["U8"] = ElementType.UInt8,
        ["BOOL"] = ElementType.Bool,
    };

    /// <summary>Whether a file that starts like this can be of this format.</summary>
    public static bool IsPlausible(ReadOnlySpan<byte> head, long length)
    {
        return head.Length > 8
            && head[8] == '{'
            && BinaryPrimitives.ReadUInt64LittleEndian(head) <= (ulong)Math.Min(MaxHeader, length - 8);
    }

    /// <summary>Reads the header; takes over the file.</summary>
    /// <exception cref="InvalidDataException">The header is damaged or contradicts the file.</exception>
    public static Checkpoint Read(SafeFileHandle file, long length)
    {
        Span<byte> size = stackalloc byte[8];
        if (RandomAccess.Read(file, size, 0) < 8)
        {
            throw new InvalidDataException("the file is shorter than a safetensors header");
        }

        var headerLength = BinaryPrimitives.ReadUInt64LittleEndian(size);
        if (headerLength > (ulong)Math.Min(MaxHeader, length - 8))
        {
            throw new InvalidDataException("the safetensors header is longer than the file or than 16 MiB");
        }

        var header = new byte[headerLength];
        if (RandomAccess.Read(file, header, 8) < header.Length)
        {
            throw new InvalidDataException("the file ends in the safetensors header");
        }

        try
        {
            using var json = JsonDocument.Parse(header, new JsonDocumentOptions { MaxDepth = 8 });
            return Parse(json.RootElement, file, 8 + header.Length, length);
        }
        catch (Exception exception)
            when (exception is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new InvalidDataException($"the safetensors header is damaged: {exception.Message.Split('\n')[0]}", exception);
        }
    }

    /// <summary>Writes arrays and returns how many bytes were written.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="tensors">Name, type, shape, and a function that fills in the numbers' bytes; in order.</param>
    /// <param name="metadata">Text to keep in the header.</param>
    public static long Write(
        Stream output,
        IReadOnlyList<(string Name, ElementType Type, long[] Shape, Action<Memory<byte>> Fill)> tensors,
        IReadOnlyDictionary<string, string> metadata)
    {
        var header = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(header))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            foreach (var (key, value) in metadata)
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
            var offset = 0L;
            foreach (var (name, type, shape, _) in tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", Types.First(item => item.Value == type).Key);
                json.WriteStartArray("shape");
                foreach (var side in shape)
                {
                    json.WriteNumberValue(side);
                }

                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += type.Size() * Shapes.Count(shape));
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        // Padded with spaces so that the numbers start at a multiple of 8.
        var padding = (8 - (header.WrittenCount % 8)) % 8;
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.WrittenCount + padding);
        output.Write(length);
        output.Write(header.WrittenSpan);
        output.Write("       "u8[..padding]);
        var total = 8L + header.WrittenCount + padding;
        foreach (var (_, type, shape, fill) in tensors)
        {
            var count = (int)(type.Size() * Shapes.Count(shape));
            var bytes = ArrayPool<byte>.Shared.Rent(count);
            fill(bytes.AsMemory(0, count));
            output.Write(bytes.AsSpan(0, count));
            total += count;
            ArrayPool<byte>.Shared.Return(bytes);
        }

        return total;
    }

    private static Checkpoint Parse(JsonElement root, SafeFileHandle file, long dataStart, long fileLength)
    {
        var tensors = new Dictionary<string, CheckpointTensor>(StringComparer.Ordinal);
        var notes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in root.EnumerateObject())
        {
            if (property.Name == "__metadata__")
            {
                foreach (var note in property.Value.EnumerateObject())
                {
                    notes[note.Name] = note.Value.GetString() ?? "";
                }

                continue;
            }

            var typeName = property.Value.GetProperty("dtype").GetString() ?? "";
            if (!Types.TryGetValue(typeName, out var type))
            {
                throw new InvalidDataException($"{property.Name}: the dtype '{typeName}' is not supported");
            }

            long[] shape = [.. property.Value.GetProperty("shape").EnumerateArray().Select(side => side.GetInt64())];
            var offsets = property.Value.GetProperty("data_offsets");
            var (start, end) = (offsets[0].GetInt64(), offsets[1].GetInt64());
            if (start < 0 || end < start || end > fileLength - dataStart || !Shapes.HasBytes(shape, type, end - start))
            {
                throw new InvalidDataException(
                    $"{property.Name}: its place {start}..{end} fits neither "
                    + $"its shape {CheckpointTensor.Describe(shape)} nor the file");
            }

            var bytes = new FileBytes(file, dataStart + start, end - start);
            if (!tensors.TryAdd(property.Name, new CheckpointTensor(type, shape, null, 0, bytes)))
            {
                throw new InvalidDataException($"{property.Name}: stands there twice");
            }
        }

        return new Checkpoint("safetensors", tensors, notes, false, false, file);
    }
}
