using System.Text.Json;

namespace Streaming.Stages.Emit.Segments;

/// <summary>Segments of the JSON lines of frames: they tell everything that the index holds.</summary>
internal sealed class JsonLinesFormat : LinesFormat
{
    /// <inheritdoc/>
    public override Segment Describe(SegmentFile file)
    {
        var segment = base.Describe(file) with { Frames = 0, Dropped = 0, End = file.Start };
        foreach (var (line, _) in RecordedLines.Read(file.Path))
        {
            try
            {
                using var json = JsonDocument.Parse(line);
                segment = Add(segment, json.RootElement);
            }
            catch (Exception exception) when (RecordedLines.IsDamage(exception))
            {
                // Somebody has changed the file: what can be read counts.
            }
        }

        return segment;
    }

    private static Segment Add(Segment segment, JsonElement line)
    {
        segment = segment with { RunId = line.GetProperty("run_id").GetString() };
        if (!line.GetProperty("type").ValueEquals("frame"))
        {
            return segment;
        }

        var frame = new SegmentFrame(line.GetProperty("epoch").GetInt32(), line.GetProperty("frame_index").GetInt64());
        return segment with
        {
            First = segment.First ?? frame,
            Last = frame,
            End = line.GetProperty("capture_time").GetDateTimeOffset(),
            Frames = segment.Frames + 1,
            Dropped = segment.Dropped + line.GetProperty("dropped_before").GetInt64(),
        };
    }
}
