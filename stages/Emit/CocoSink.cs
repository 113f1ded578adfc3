using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Emit;

/// <summary>
/// Writes a source's detections as COCO results: one JSON array, as pycocotools loads it. An image's id is the number that a
/// picture is named after, otherwise the frame's number. The file has its name only when it is whole.
/// </summary>
internal sealed class CocoSink : IFrameSink
{
    /// <summary>What is added to the file's name while it is not whole.</summary>
    internal const string Partial = ".partial";

    private readonly ArrayBufferWriter<byte> _text = new(1 << 16);
    private readonly Utf8JsonWriter _json;
    private readonly FileStream _file;
    private readonly string _partial;

    /// <summary>Begins the file.</summary>
    /// <param name="path">Its name when it is whole.</param>
    /// <param name="isPart">Whether that is a temporary name already.</param>
    /// <exception cref="EmitException">It cannot be written.</exception>
    public CocoSink(string path, bool isPart = false)
    {
        (Target, _partial) = (path, isPart ? path : path + Partial);
        try
        {
            _file = new FileStream(_partial, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw EmitException.For(path, exception);
        }

        _json = new Utf8JsonWriter(_text, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        _json.WriteStartArray();
    }

    /// <inheritdoc/>
    public string Target { get; }

    /// <inheritdoc/>
    public void Write(OutputFrame frame)
    {
        foreach (var detection in frame.Result.Detections)
        {
            _json.WriteStartObject();
            _json.WriteNumber("image_id", ImageId(frame.Result.Identity));
            JsonLines.WriteCategoryAndBox(_json, detection);
            if (detection.Mask is { } mask)
            {
                CocoJson.WriteSegmentation(_json, mask);
            }

            _json.WriteEndObject();
        }

        WriteOut();
    }

    /// <inheritdoc/>
    public void Complete(StreamSummary summary)
    {
        _json.WriteEndArray();
        WriteOut();
        try
        {
            _file.Flush(flushToDisk: true);
            _file.Dispose();
            if (_partial != Target)
            {
                File.Move(_partial, Target, overwrite: true);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw EmitException.For(Target, exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _json.Dispose();
        _file.Dispose();
    }

    private void WriteOut()
    {
        _json.Flush();
        try
        {
            _file.Write(_text.WrittenSpan);
        }
        catch (IOException exception)
        {
            throw EmitException.For(Target, exception);
        }

        _text.ResetWrittenCount();
    }

    private static long ImageId(FrameIdentity identity)
    {
        return identity.Name is { } name && long.TryParse(
            Path.GetFileNameWithoutExtension(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : identity.Index;
    }
}
