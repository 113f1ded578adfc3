using System.Globalization;
using System.Text.Json;
using Streaming.Config.Run;
using Streaming.Config.Zoo;
using Streaming.Model.Structures;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Emit;

/// <summary>The format of the JSON lines, "frames/1": docs/jsonl.md describes it, docs/frames-1.schema.json defines it.</summary>
internal static class JsonLines
{
    /// <summary>The line that opens a stream.</summary>
    /// <param name="json">Gets the line.</param>
    /// <param name="run">The run.</param>
    /// <param name="source">The source.</param>
    /// <param name="wanted">What the user wants of the source; null leaves out the settings.</param>
    public static void WriteStart(Utf8JsonWriter json, RunInfo run, SourceInfo source, SourceConfig? wanted)
    {
        json.WriteStartObject();
        json.WriteString("type", "stream_start");
        json.WriteString("schema", "frames/1");
        json.WriteString("run_id", run.RunId);
        json.WriteString("source_id", source.Id);
        json.WriteString("source", source.Location);
        json.WriteNumber("width", source.Size.Width);
        json.WriteNumber("height", source.Size.Height);
        if (source.FrameRate is { } rate)
        {
            json.WriteStartObject("fps");
            json.WriteNumber("num", rate.Numerator);
            json.WriteNumber("den", rate.Denominator);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("fps");
        }

        if (source.Range is { } range && range != VideoRange.All)
        {
            json.WriteStartObject("range");
            json.WriteNumber("start_s", (decimal)range.Start.TotalSeconds);
            if (range.End is { } end)
            {
                json.WriteNumber("end_s", (decimal)end.TotalSeconds);
            }

            json.WriteNumber("stride", range.Stride);
            json.WriteEndObject();
        }

        if (wanted is not null)
        {
            RecordedSettings.Write(json, run, wanted);
        }

        json.WriteStartObject("model");
        json.WriteString("config", run.Config);
        if (run.ConfigSha256 is { } sha256)
        {
            json.WriteString("config_sha256", sha256);
        }

        json.WriteString("weights", run.Weights);
        json.WriteString("weights_sha256", run.WeightsSha256);
        json.WriteString("precision", run.Precision);
        json.WriteNumber("score_threshold", run.ScoreThreshold);
        json.WriteEndObject();
        json.WriteString("bbox_format", "xywh_abs");
        json.WriteString("mask_format", run.HasMasks ? "coco_rle" : "none");
        json.WriteStartArray("categories");
        foreach (var category in run.Categories)
        {
            json.WriteStartObject();
            json.WriteNumber("id", category.Id);
            json.WriteString("name", category.Name);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("started_at", Utc(run.StartedAt));
        json.WriteEndObject();
    }

    /// <summary>The line of a frame; one without detections is written too.</summary>
    public static void WriteFrame(Utf8JsonWriter json, string runId, FrameResult result)
    {
        var identity = result.Identity;
        json.WriteStartObject();
        json.WriteString("type", "frame");
        json.WriteString("run_id", runId);
        json.WriteString("source_id", identity.SourceId);
        json.WriteNumber("epoch", identity.Epoch);
        json.WriteNumber("frame_index", identity.Index);
        if (identity.Name is { } name)
        {
            json.WriteString("name", name);
        }

        json.WriteNumber("dropped_before", result.DroppedBefore);
        if (result.IsGated)
        {
            json.WriteBoolean("gated", true);
        }

        json.WriteNumber("pts_ns", identity.Pts.Ticks * TimeSpan.NanosecondsPerTick);
        json.WriteString("pts_origin", identity.PtsOrigin == PtsOrigin.Container ? "container" : "estimated");
        json.WriteString("capture_time", Utc(identity.CaptureTime));
        json.WriteNumber("width", result.Size.Width);
        json.WriteNumber("height", result.Size.Height);
        WriteTimings(json, result.Timings);
        if (result.Outcome.Status == FrameStatus.Failed)
        {
            json.WriteStartObject("error");
            json.WriteString("stage", result.Outcome.Reason);
            json.WriteString("message", result.Outcome.Message);
            json.WriteEndObject();
        }

        json.WriteStartArray("detections");
        for (var i = 0; i < result.Detections.Count; i++)
        {
            WriteDetection(json, i, result.Detections[i]);
        }

        json.WriteEndArray();
        if (result.Events.Count > 0)
        {
            json.WriteStartArray("events");
            foreach (var objectEvent in result.Events)
            {
                json.WriteStartObject();
                ObjectEventJson.WriteMembers(json, objectEvent);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    /// <summary>The line of something that happened to the source.</summary>
    public static void WriteEvent(Utf8JsonWriter json, string runId, string sourceId, SourceEvent sourceEvent)
    {
        json.WriteStartObject();
        json.WriteString("type", "event");
        json.WriteString("event", NameOf(sourceEvent.Kind));
        json.WriteString("run_id", runId);
        json.WriteString("source_id", sourceId);
        json.WriteNumber("epoch", sourceEvent.Epoch);
        json.WriteString("at", Utc(sourceEvent.At));
        if (sourceEvent.Error is { } error)
        {
            json.WriteString("code", error.Code());
            json.WriteString("message", sourceEvent.Message);
        }

        json.WriteEndObject();
    }

    /// <summary>The line that closes a stream.</summary>
    public static void WriteEnd(Utf8JsonWriter json, string runId, string sourceId, StreamSummary summary)
    {
        json.WriteStartObject();
        json.WriteString("type", "stream_end");
        json.WriteString("run_id", runId);
        json.WriteString("source_id", sourceId);
        json.WriteString("reason", summary.End switch { StreamEnd.Eof => "eof", StreamEnd.Stopped => "stopped", _ => "error" });
        if (summary.Error is { } error)
        {
            json.WriteString("error", error);
        }

        json.WriteNumber("frames_decoded", summary.Decoded);
        json.WriteNumber("frames_emitted", summary.Emitted);
        json.WriteNumber("frames_gated", summary.Gated);
        WriteCounts(json, "frames_dropped", summary.Dropped);
        WriteCounts(json, "frames_failed", summary.Failed);
        json.WriteEndObject();
    }

    /// <summary>The members that COCO's results have too.</summary>
    public static void WriteCategoryAndBox(Utf8JsonWriter json, Detection detection)
    {
        WriteCategoryAndBox(json, detection.Category, detection.Score, detection.Box);
    }

    /// <summary>The members that COCO's results have too.</summary>
    public static void WriteCategoryAndBox(Utf8JsonWriter json, Category category, float score, Box box)
    {
        json.WriteNumber("category_id", category.Id);
        json.WriteString("category", category.Name);
        json.WriteNumber("score", RecordedPrecision.Rounded(score, RecordedPrecision.ScoreDigits));
        json.WriteStartArray("bbox");
        WriteNumber(json, box.X0);
        WriteNumber(json, box.Y0);
        WriteNumber(json, box.Width);
        WriteNumber(json, box.Height);
        json.WriteEndArray();
    }

    /// <summary>A moment in UTC, to the microsecond.</summary>
    public static string Utc(DateTimeOffset time)
    {
        return time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
    }

    private static void WriteNumber(Utf8JsonWriter json, float value)
    {
        json.WriteNumberValue(RecordedPrecision.Rounded(value, RecordedPrecision.BoxDigits));
    }

    private static void WriteTimings(Utf8JsonWriter json, FrameTimings timings)
    {
        json.WriteStartObject("timing_ms");
        WriteMilliseconds(json, "decode", timings.Decode);
        WriteMilliseconds(json, "preprocess", timings.Preprocess);
        WriteMilliseconds(json, "batch_wait", timings.BatchWait);
        WriteMilliseconds(json, "infer", timings.Infer);
        WriteMilliseconds(json, "postprocess", timings.Postprocess);
        WriteMilliseconds(json, "e2e", timings.EndToEnd);
        json.WriteEndObject();
    }

    private static void WriteDetection(Utf8JsonWriter json, int id, Detection detection)
    {
        json.WriteStartObject();
        json.WriteNumber("id", id);
        if (detection.Track is { } track)
        {
            json.WriteNumber("track_id", track.Id);
            json.WriteStartObject("track");
            json.WriteNumber("age_s", (decimal)track.Age.TotalSeconds);
            json.WriteNumber("hits", track.Hits);
            json.WriteString("state", track.IsPredicted ? "predicted" : "tracked");
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("track_id");
        }

        WriteCategoryAndBox(json, detection);
        if (detection.Mask is { } mask)
        {
            json.WriteNumber("area", mask.Area);
            CocoJson.WriteSegmentation(json, mask);
        }

        json.WriteEndObject();
    }

    private static string NameOf(SourceEventKind kind)
    {
        return kind switch
        {
            SourceEventKind.OpenFailed => "open_failed",
            SourceEventKind.ResolutionChanged => "resolution_changed",
            _ => kind.ToString().ToLowerInvariant(),
        };
    }

    private static void WriteMilliseconds(Utf8JsonWriter json, string name, TimeSpan time)
    {
        json.WriteNumber(name, Math.Round(time.TotalMilliseconds, 3));
    }

    private static void WriteCounts(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, long> counts)
    {
        json.WriteStartObject(name);
        foreach (var (reason, count) in counts)
        {
            json.WriteNumber(reason, count);
        }

        json.WriteEndObject();
    }
}
