using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Streaming.Stages.Emit;

/// <summary>Formats one JSON object after the other, each as a line, in the same memory.</summary>
internal sealed class JsonLineBuffer : IDisposable
{
    // '<' in a run length or 'é' in a file name needs no escape outside of HTML.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _line = new(1 << 16);
    private readonly Utf8JsonWriter _json;

    public JsonLineBuffer()
    {
        _json = new Utf8JsonWriter(_line, Options);
    }

    /// <summary>A line with its line feed, valid until the next one.</summary>
    /// <param name="write">Writes the object.</param>
    public ReadOnlySpan<byte> Format(Action<Utf8JsonWriter> write)
    {
        _line.ResetWrittenCount();
        _json.Reset();
        write(_json);
        _json.Flush();
        _line.Write("\n"u8);
        return _line.WrittenSpan;
    }

    public void Dispose()
    {
        _json.Dispose();
    }
}
