using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Streaming.Config.Run;
using Streaming.Config.Zoo;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Emit;

/// <summary>What an earlier run has left in a file of JSON lines, and where to go on.</summary>
internal sealed class RecordedStream
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

    /// <summary>Those of the processed frames that a gate kept from the network.</summary>
    public long Gated { get; private set; }

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
    /// <exception cref="EmitException">It cannot be read.</exception>
    /// <exception cref="DamagedRecordException">It holds something else, or a line is damaged.</exception>
    public static RecordedStream? Find(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        RecordedStream? found = null;
        IReadOnlyList<Category> categories = [];
        foreach (var (line, end) in RecordedLines.Read(path))
        {
            try
            {
                using var json = JsonDocument.Parse(line);
                if (found is null)
                {
                    found = Begin(path, line, json.RootElement);
                    categories = RecordedFrame.ReadCategories(json.RootElement);
                    found.Length = end;
                }
                else
                {
                    found.Add(json.RootElement, end, categories);
                }

                found.WholeLength = end;
            }
            catch (Exception exception) when (RecordedLines.IsDamage(exception))
            {
                throw new DamagedRecordException(path, exception);
            }
        }

        return found;
    }

    /// <summary>The frames in it, in order.</summary>
    /// <param name="categories">The model's classes.</param>
    /// <exception cref="EmitException">The file can no longer be read.</exception>
    public IEnumerable<FrameResult> Frames(IReadOnlyList<Category> categories)
    {
        return RecordedLines.Read(Path)
            .TakeWhile(item => item.End <= Length)
            .Select(item => ReadFrame(item.Line, categories))
            .OfType<FrameResult>();
    }

    /// <summary>The settings that change results and differ from those of the earlier run.</summary>
    /// <param name="run">This run.</param>
    /// <param name="source">What the user wants of the source.</param>
    public IReadOnlyList<SettingDifference> Differences(RunInfo run, SourceConfig source)
    {
        return [.. RecordedSettings.Differences(JsonNode.Parse(Header)!.AsObject(), run, source)];
    }

    /// <summary>
    /// Whether a stream that opens with <paramref name="header"/> may be added: all is the same but run, time and what an older
    /// version does not record.
    /// </summary>
    internal bool Fits(string header, out string difference)
    {
        difference = RecordedSettings.Difference(JsonNode.Parse(Header)!.AsObject(), JsonNode.Parse(header)!.AsObject()) ?? "";
        return difference.Length == 0;
    }

    private static RecordedStream Begin(string path, byte[] line, JsonElement header)
    {
        return header.GetProperty("schema").ValueEquals("frames/1")
            ? new RecordedStream(path, Encoding.UTF8.GetString(line)) { RunId = header.GetProperty("run_id").GetString()! }
            : throw new FormatException("Another schema.");
    }

    /// <summary>Null for a line of another kind.</summary>
    private FrameResult? ReadFrame(byte[] line, IReadOnlyList<Category> categories)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.GetProperty("type").ValueEquals("frame")
                ? RecordedFrame.Read(json.RootElement, categories)
                : null;
        }
        catch (Exception exception) when (RecordedLines.IsDamage(exception))
        {
            // It was whole when the run began.
            throw new EmitException(new DamagedRecordException(Path, exception).Message, exception);
        }
    }

    private void Add(JsonElement line, long end, IReadOnlyList<Category> categories)
    {
        switch (line.GetProperty("type").GetString())
        {
            case "frame":
                // Damage must show before the run starts, not when an output is given the frame.
                var frame = RecordedFrame.Read(line, categories);
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
                    Gated += frame.IsGated ? 1 : 0;
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
}
