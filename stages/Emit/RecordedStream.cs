using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Streaming.Config.Zoo;
using Streaming.Model.Masks;
using Streaming.Model.Structures;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Emit;

/// <summary>What an earlier run has left in a file of JSON lines, and where to go on.</summary>
public sealed class RecordedStream
{
    private RecordedStream(string path, string header)
    {
        (Path, Header) = (path, header);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The run that began it.</summary>
    public string RunId { get; private set; } = "";

    /// <summary>The number of the first frame that is not in it.</summary>
    public long NextIndex { get; private set; }

    /// <summary>Frames in it that were processed.</summary>
    public long Emitted { get; private set; }

    /// <summary>Frames that were left out between them.</summary>
    public long Dropped { get; private set; }

    /// <summary>The last frame's time.</summary>
    public TimeSpan LastPts { get; private set; }

    /// <summary>Frames in it that failed, by stage.</summary>
    public SortedDictionary<string, long> Failed { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether its source was read to the end: nothing is left to do.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Bytes up to the end of the last frame's line; what follows is torn or will be written anew.</summary>
    internal long Length { get; private set; }

    /// <summary>Bytes up to the end of the last whole line.</summary>
    internal long WholeLength { get; private set; }

    /// <summary>The line that opens the stream.</summary>
    internal string Header { get; }

    /// <summary>Reads a file as far as it goes.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Null when there is no file, or not even its first line is whole.</returns>
    /// <exception cref="EmitException">It cannot be read, or is something else.</exception>
    public static RecordedStream? Find(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        RecordedStream? found = null;
        foreach (var (line, end) in WholeLines(path))
        {
            try
            {
                using var json = JsonDocument.Parse(line);
                var root = json.RootElement;
                if (found is null)
                {
                    found = root.GetProperty("schema").GetString() == "frames/1"
                        ? new RecordedStream(path, Encoding.UTF8.GetString(line)) { RunId = root.GetProperty("run_id").GetString()!, Length = end }
                        : throw new FormatException();
                }
                else
                {
                    found.Add(root, end);
                }

                found.WholeLength = end;
            }
            catch (Exception exception) when (IsDamage(exception))
            {
                throw Damaged(path, exception);
            }
        }

        return found;
    }

    /// <summary>The frames in it, in order.</summary>
    /// <param name="categories">The model's classes.</param>
    public IEnumerable<FrameResult> Frames(IReadOnlyList<Category> categories)
    {
        foreach (var (line, end) in WholeLines(Path))
        {
            if (end > Length)
            {
                yield break;
            }

            if (ReadFrame(line, categories) is { } frame)
            {
                yield return frame;
            }
        }
    }

    /// <summary>Whether a stream that opens with <paramref name="header"/> may be added: all is the same but run and time.</summary>
    internal bool Fits(string header, out string difference)
    {
        var (old, wanted) = (JsonNode.Parse(Header)!.AsObject(), JsonNode.Parse(header)!.AsObject());
        foreach (var varying in new[] { "run_id", "started_at" })
        {
            old.Remove(varying);
            wanted.Remove(varying);
        }

        difference = wanted.FirstOrDefault(item => !JsonNode.DeepEquals(item.Value, old[item.Key])).Key ?? "";
        return difference.Length == 0;
    }

    private void Add(JsonElement line, long end)
    {
        switch (line.GetProperty("type").GetString())
        {
            case "frame":
                NextIndex = line.GetProperty("frame_index").GetInt64() + 1;
                Dropped += line.GetProperty("dropped_before").GetInt64();
                LastPts = TimeSpan.FromTicks(line.GetProperty("pts_ns").GetInt64() / TimeSpan.NanosecondsPerTick);
                if (line.TryGetProperty("error", out var error))
                {
                    var stage = error.GetProperty("stage").GetString()!;
                    Failed[stage] = Failed.GetValueOrDefault(stage) + 1;
                }
                else
                {
                    Emitted++;
                }

                (Length, IsComplete) = (end, false);
                break;
            case "stream_end":
                IsComplete = line.GetProperty("reason").ValueEquals("eof");
                break;
            default:
                Length = end;
                break;
        }
    }

    private static bool IsDamage(Exception exception)
    {
        return exception is JsonException or KeyNotFoundException or FormatException or InvalidOperationException or ArgumentException or IndexOutOfRangeException;
    }

    private static EmitException Damaged(string path, Exception exception)
    {
        return new EmitException($"{path}: cannot be resumed: it holds something else than frames/1 lines.", exception);
    }

    /// <summary>Null for a line of another kind.</summary>
    private FrameResult? ReadFrame(byte[] line, IReadOnlyList<Category> categories)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.GetProperty("type").ValueEquals("frame") ? ReadFrame(json.RootElement, categories) : null;
        }
        catch (Exception exception) when (IsDamage(exception))
        {
            throw Damaged(Path, exception);
        }
    }

    private static FrameResult ReadFrame(JsonElement line, IReadOnlyList<Category> categories)
    {
        var size = new ImageSize(line.GetProperty("height").GetInt32(), line.GetProperty("width").GetInt32());
        var identity = new FrameIdentity(
            line.GetProperty("source_id").GetString()!,
            line.GetProperty("epoch").GetInt32(),
            line.GetProperty("frame_index").GetInt64(),
            TimeSpan.FromTicks(line.GetProperty("pts_ns").GetInt64() / TimeSpan.NanosecondsPerTick),
            line.GetProperty("pts_origin").ValueEquals("container") ? PtsOrigin.Container : PtsOrigin.Estimated,
            line.GetProperty("capture_time").GetDateTimeOffset(),
            line.TryGetProperty("name", out var name) ? name.GetString() : null);
        var outcome = line.TryGetProperty("error", out var error)
            ? FrameOutcome.Failed(error.GetProperty("stage").GetString()!, error.GetProperty("message").GetString() ?? "")
            : FrameOutcome.Ok;
        return new FrameResult(
            identity, size, outcome, [.. line.GetProperty("detections").EnumerateArray().Select(item => ReadDetection(item, size, categories))], default);
    }

    private static Detection ReadDetection(JsonElement item, ImageSize size, IReadOnlyList<Category> categories)
    {
        var id = item.GetProperty("category_id").GetInt32();
        var number = Math.Max(categories.ToList().FindIndex(category => category.Id == id), 0);
        float[] box = [.. item.GetProperty("bbox").EnumerateArray().Select(value => value.GetSingle())];
        var mask = item.TryGetProperty("segmentation", out var segmentation) ? Rle.Parse(segmentation.GetProperty("counts").GetString()!, size) : null;
        return new Detection(number, categories[number], item.GetProperty("score").GetSingle(), new Box(box[0], box[1], box[0] + box[2], box[1] + box[3]), mask);
    }

    /// <summary>Each line that ends with a line feed, with the number of bytes up to and with that.</summary>
    private static IEnumerable<(byte[] Line, long End)> WholeLines(string path)
    {
        using var file = Open(path);
        var (buffer, line, end) = (new byte[1 << 16], new MemoryStream(), 0L);
        int read;
        while ((read = file.Read(buffer)) > 0)
        {
            var start = 0;
            for (int feed; (feed = Array.IndexOf(buffer, (byte)'\n', start, read - start)) >= 0; start = feed + 1)
            {
                line.Write(buffer, start, feed - start);
                end += line.Length + 1;
                yield return (line.ToArray(), end);
                line.SetLength(0);
            }

            line.Write(buffer, start, read - start);
        }
    }

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new EmitException($"{path}: cannot be read: {exception.Message}", exception);
        }
    }
}
