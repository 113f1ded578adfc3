using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using BenchmarkDotNet.Attributes;
using Streaming.Config.Zoo;
using Streaming.Model.Masks;
using Streaming.Model.Structures;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Benchmarks;

/// <summary>
/// The line of a frame with 100 detections and their masks: written straight to bytes, and through a tree of nodes.
/// </summary>
[ShortRunJob]
[MemoryDiagnoser]
public class JsonLinesBenchmarks : IDisposable
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _line = new(1 << 16);
    private readonly Utf8JsonWriter _json;
    private FrameResult _frame = null!;

    public JsonLinesBenchmarks()
    {
        _json = new Utf8JsonWriter(_line, Options);
    }

    [GlobalSetup]
    public void Setup()
    {
        var (size, random) = (new ImageSize(1080, 1920), new Random(1));
        var category = new Category(1, "person");
        var mask = new float[28 * 28];
        Array.Fill(mask, 1, 28 * 4, 28 * 20);
        var detections = Enumerable.Range(0, 100).Select(_ =>
        {
            var (x, y) = (random.NextSingle() * 1500, random.NextSingle() * 700);
            var box = new Box(x, y, x + 50 + (random.NextSingle() * 300), y + 50 + (random.NextSingle() * 300));
            return new Detection(0, category, random.NextSingle(), box, MaskPaster.PasteToRle(mask, 28, box, size));
        });
        var identity = new FrameIdentity(
            "camera", 0, 1234, TimeSpan.FromSeconds(41.133), PtsOrigin.Container, DateTimeOffset.UnixEpoch);
        _frame = new FrameResult(identity, size, [.. detections]);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _json.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public int Written()
    {
        _line.ResetWrittenCount();
        _json.Reset();
        JsonLines.WriteFrame(_json, "run", _frame);
        _json.Flush();
        return _line.WrittenCount;
    }

    [Benchmark]
    public int AsNodes()
    {
        var detections = new JsonArray();
        foreach (var detection in _frame.Detections)
        {
            detections.Add((JsonNode)new JsonObject
            {
                ["category_id"] = detection.Category.Id,
                ["category"] = detection.Category.Name,
                ["score"] = Math.Round((double)detection.Score, 6),
                ["bbox"] = new JsonArray(
                    Math.Round((double)detection.Box.X0, 3),
                    Math.Round((double)detection.Box.Y0, 3),
                    Math.Round((double)detection.Box.Width, 3),
                    Math.Round((double)detection.Box.Height, 3)),
                ["area"] = detection.Mask!.Area,
                ["segmentation"] = new JsonObject
                {
                    ["size"] = new JsonArray(detection.Mask.Size.Height, detection.Mask.Size.Width),
                    ["counts"] = detection.Mask.ToString(),
                },
            });
        }

        var line = new JsonObject { ["type"] = "frame", ["frame_index"] = _frame.Identity.Index, ["detections"] = detections };
        return JsonSerializer.SerializeToUtf8Bytes(line).Length;
    }
}
