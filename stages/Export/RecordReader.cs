using System.Text.Json;
using Streaming.Config.Zoo;
using Streaming.Model.Structures;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Export;

/// <summary>
/// Reads the frames of records, one at a time: of segments and runs of one source as of one stream, and of several sources that
/// share a file (`--jsonl -`).
/// </summary>
/// <param name="options">What is asked for; here everything is said.</param>
/// <param name="warn">Is told what was left out, in a sentence.</param>
internal sealed class RecordReader(ExportOptions options, Action<string> warn)
{
    private readonly Dictionary<string, ExportedStream> _streams = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long Number, long Track)> _highest = new(StringComparer.Ordinal);
    private (IReadOnlyList<Category> Categories, string Path)? _first;

    /// <summary>All sources that were met, wanted or not.</summary>
    public SortedSet<string> Sources { get; } = new(StringComparer.Ordinal);

    /// <summary>The classes of all sources, in the model's order.</summary>
    public IReadOnlyList<Category> Categories => _first?.Categories ?? [];

    /// <summary>The frames of a file; a last line that was cut off is left out, with a warning.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="EmitException">It cannot be read, or it is damaged: the message names the line.</exception>
    public IEnumerable<ExportedFrame> Read(string path)
    {
        var (number, end, damage) = (0L, 0L, (Exception?)null);
        foreach (var (line, lineEnd) in RecordedLines.Read(path))
        {
            if (damage is not null)
            {
                throw new EmitException($"{path}:{number}: is not a whole line of frames/1: {damage.Message}", damage);
            }

            (number, end) = (number + 1, lineEnd);
            ExportedFrame? frame = null;
            try
            {
                using var json = JsonDocument.Parse(line);
                frame = Read(path, json.RootElement);
            }
            catch (Exception exception) when (RecordedLines.IsDamage(exception))
            {
                // The last line may be what a killed run has left; whether it is the last shows with the next.
                damage = exception;
            }

            if (frame is not null)
            {
                yield return frame;
            }
        }

        if (damage is not null || new FileInfo(path).Length > end)
        {
            var last = damage is null ? number + 1 : number;
            warn($"{path}:{last}: the last line is cut off (a run that was killed, or still writes): it is left out.");
        }
    }

    /// <summary>Null for what is no frame, or of a source that is not asked for.</summary>
    private ExportedFrame? Read(string path, JsonElement line)
    {
        var type = line.GetProperty("type").GetString();
        if (type is not ("stream_start" or "frame"))
        {
            return null;
        }

        var source = line.GetProperty("source_id").GetString()!;
        Sources.Add(source);
        if (options.Sources.Count > 0 && !options.Sources.Contains(source))
        {
            return null;
        }

        if (type == "stream_start")
        {
            Begin(path, source, line);
            return null;
        }

        return _streams.TryGetValue(source, out var stream)
            ? Frame(stream, RecordedFrame.Read(line, stream.Categories))
            : throw new FormatException($"a frame of '{source}' before its 'stream_start'.");
    }

    private void Begin(string path, string source, JsonElement line)
    {
        if (!line.GetProperty("schema").ValueEquals("frames/1"))
        {
            throw new FormatException("its schema is not frames/1.");
        }

        var categories = RecordedFrame.ReadCategories(line);
        _first ??= (categories, path);
        if (!categories.SequenceEqual(_first.Value.Categories))
        {
            throw new EmitException(
                $"{path}: the classes of '{source}' are not those in {_first.Value.Path}: export them one by one (--sources).");
        }

        var run = line.GetProperty("run_id").GetString()!;
        var earlier = _streams.GetValueOrDefault(source);
        if (earlier?.RunId != run)
        {
            var (number, track) = _highest.GetValueOrDefault(source, (-1, 0));
            var size = new ImageSize(line.GetProperty("height").GetInt32(), line.GetProperty("width").GetInt32());
            _streams[source] = new ExportedStream(source, run, null, size, Rate(line), categories, number + 1, track);
        }
    }

    private ExportedFrame Frame(ExportedStream stream, FrameResult result)
    {
        var (number, track) = _highest.GetValueOrDefault(stream.SourceId, (-1, 0));
        if (stream.Epoch != result.Identity.Epoch)
        {
            stream = stream with { Epoch = result.Identity.Epoch, FirstNumber = number + 1 };
            _streams[stream.SourceId] = stream;
        }

        var objects = result.Detections
            .Select((detection, id) => new ExportedObject(id, detection, stream.FirstTrack + detection.Track?.Id))
            .ToList();
        _highest[stream.SourceId] = (
            Math.Max(number, stream.FirstNumber + result.Identity.Index),
            objects.Aggregate(track, (highest, item) => Math.Max(highest, item.Track ?? 0)));
        objects.RemoveAll(item => item.Detection.Score < options.MinScore || (options.TrackedOnly == true && item.Track is null));
        return new ExportedFrame(stream, result, objects);
    }

    private static FrameRate? Rate(JsonElement line)
    {
        return line.GetProperty("fps") is { ValueKind: JsonValueKind.Object } fps
            ? new FrameRate(fps.GetProperty("num").GetInt32(), fps.GetProperty("den").GetInt32())
            : null;
    }
}
