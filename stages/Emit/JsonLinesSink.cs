using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Streaming.Stages.Decode;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Emit;

/// <summary>Writes a source's frames as JSON lines. Each line goes to the file whole, in one call, when its frame is done.</summary>
public sealed class JsonLinesSink : IFrameSink
{
    // '<' in a run length or 'é' in a file name needs no escape outside of HTML.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _line = new(1 << 16);
    private readonly Utf8JsonWriter _json;
    private readonly FileStream _file;
    private readonly RunInfo _run;
    private readonly SourceInfo _source;

    /// <summary>Creates the file, replacing one of that name, and writes the line that opens the stream.</summary>
    /// <param name="path">The file.</param>
    /// <param name="run">The run.</param>
    /// <param name="source">The source.</param>
    /// <exception cref="EmitException">The file cannot be written.</exception>
    public JsonLinesSink(string path, RunInfo run, SourceInfo source)
    {
        (Target, _run, _source) = (path, run, source);
        _json = new Utf8JsonWriter(_line, Options);
        try
        {
            _file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw EmitException.For(path, exception);
        }

        try
        {
            WriteLine(json => JsonLines.WriteStart(json, _run, _source));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Target { get; }

    /// <inheritdoc/>
    public void Write(Frame frame, FrameResult result)
    {
        WriteLine(json => JsonLines.WriteFrame(json, _run.RunId, result));
    }

    /// <inheritdoc/>
    public void Complete(StreamSummary summary)
    {
        WriteLine(json => JsonLines.WriteEnd(json, _run.RunId, _source.Id, summary));
        try
        {
            _file.Flush(flushToDisk: true);
        }
        catch (IOException exception)
        {
            throw EmitException.For(Target, exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        _json.Dispose();
    }

    private void WriteLine(Action<Utf8JsonWriter> write)
    {
        _line.ResetWrittenCount();
        _json.Reset();
        write(_json);
        _json.Flush();
        _line.Write("\n"u8);
        var start = _file.Position;
        try
        {
            _file.Write(_line.WrittenSpan);
        }
        catch (IOException exception)
        {
            CutOff(start);
            throw EmitException.For(Target, exception);
        }
    }

    /// <summary>On a full disk a part of the line may have been written: whole lines only.</summary>
    private void CutOff(long length)
    {
        try
        {
            _file.SetLength(length);
        }
        catch (IOException)
        {
            // The first error is the one that is told.
        }
    }
}
