using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Streaming.Config.Zoo;
using Streaming.Stages.Emit;

namespace Streaming.Stages.Export;

/// <summary>
/// Writes COCO's annotation file. The images go into it at once, the annotations into a file of lines beside it and from there
/// behind the images, so that neither is ever held. Masks are compressed run lengths, which pycocotools' annToRLE takes as they
/// are; an object is one instance, so `iscrowd` is 0, although COCO's own files keep run lengths for crowds.
/// </summary>
internal sealed class CocoWriter : IExportWriter
{
    private const int FlushBytes = 1 << 16;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly string _linesPath;
    private readonly FileStream _file;
    private readonly FileStream _lines;
    private readonly Utf8JsonWriter _json;
    private readonly Utf8JsonWriter _lineJson;
    private long _images;
    private long _annotations;

    /// <param name="path">The file.</param>
    /// <param name="linesPath">The file for the annotations until then.</param>
    public CocoWriter(string path, string linesPath)
    {
        (_linesPath, _file, _lines) = (linesPath, File.Create(path), File.Create(linesPath));
        (_json, _lineJson) = (new Utf8JsonWriter(_file, Options), new Utf8JsonWriter(_line, Options));
        _json.WriteStartObject();
        _json.WriteStartArray("images");
    }

    /// <inheritdoc/>
    public void Write(ExportedFrame frame)
    {
        if (!frame.IsKnown)
        {
            return;
        }

        WriteImage(_json, ++_images, frame);
        Flush();
        foreach (var item in frame.Objects)
        {
            _lineJson.Reset();
            WriteAnnotation(_lineJson, ++_annotations, _images, item);
            _lineJson.Flush();
            _lines.Write(_line.WrittenSpan);
            _lines.WriteByte((byte)'\n');
            _line.ResetWrittenCount();
        }
    }

    /// <inheritdoc/>
    public void Complete(IReadOnlyList<Category> categories)
    {
        _json.WriteEndArray();
        _json.WriteStartArray("categories");
        foreach (var category in categories)
        {
            _json.WriteStartObject();
            _json.WriteNumber("id", category.Id);
            _json.WriteString("name", category.Name);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
        _json.WriteStartArray("annotations");
        _lines.Dispose();
        foreach (var (line, _) in RecordedLines.Read(_linesPath))
        {
            _json.WriteRawValue(line, skipInputValidation: true);
            Flush();
        }

        _json.WriteEndArray();
        _json.WriteEndObject();
        _json.Flush();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _lineJson.Dispose();
        _lines.Dispose();
        _json.Dispose();
        _file.Dispose();
    }

    private static void WriteImage(Utf8JsonWriter json, long id, ExportedFrame frame)
    {
        var identity = frame.Result.Identity;
        json.WriteStartObject();
        json.WriteNumber("id", id);
        json.WriteString("file_name", identity.Name ?? $"{frame.Stem}.jpg");
        json.WriteNumber("width", frame.Result.Size.Width);
        json.WriteNumber("height", frame.Result.Size.Height);
        json.WriteString("source_id", identity.SourceId);
        json.WriteString("run_id", frame.Stream.RunId);
        json.WriteNumber("epoch", identity.Epoch);
        json.WriteNumber("frame_index", identity.Index);
        json.WriteNumber("pts_ns", identity.Pts.Ticks * TimeSpan.NanosecondsPerTick);
        json.WriteString("date_captured", JsonLines.Utc(identity.CaptureTime));
        if (frame.Result.IsGated)
        {
            json.WriteBoolean("gated", true);
        }

        json.WriteEndObject();
    }

    private static void WriteAnnotation(Utf8JsonWriter json, long id, long image, ExportedObject item)
    {
        var (detection, box) = (item.Detection, item.Detection.Box);
        json.WriteStartObject();
        json.WriteNumber("id", id);
        json.WriteNumber("image_id", image);
        JsonLines.WriteCategoryAndBox(json, detection);
        json.WriteNumber("area", detection.Mask?.Area ?? Math.Round((decimal)box.Width * (decimal)box.Height, Figures.BoxDigits));
        if (detection.Mask is { } mask)
        {
            CocoJson.WriteSegmentation(json, mask);
        }

        json.WriteNumber("iscrowd", 0);
        if (item.Track is { } track)
        {
            json.WriteNumber("track_id", track);
        }

        json.WriteEndObject();
    }

    private void Flush()
    {
        if (_json.BytesPending > FlushBytes)
        {
            _json.Flush();
        }
    }
}
