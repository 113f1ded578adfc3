using System.Text.Json;
using NJsonSchema;
using Streaming.Config.Zoo;
using Streaming.Model.Structures;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Tests.Emit;

public sealed class JsonLinesSinkTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly PixelPool _pool = new();

    public void Dispose()
    {
        _pool.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Write_EveryKindOfLine_FitsTheSchemaAndCarriesTheValues()
    {
        var path = _folder.File("out.jsonl");
        var mask = Rle.Encode([0, 1, 1, 0, 0, 1], new ImageSize(2, 3));
        using (var frame = Frames.Of(_pool, index: 7, new ImageSize(2, 3)))
        using (var sink = new JsonLinesSink(path, Frames.Run, Frames.Source("cam", new ImageSize(2, 3))))
        {
            sink.Write(frame, Frames.Result(
                frame, new Detection(2, new Category(3, "car"), 0.123456789f, new Box(0.25f, 0.5f, 2.75f, 2), mask)));
            sink.Write(frame, Frames.Result(frame));
            sink.Write(frame, Frames.Result(frame) with { Outcome = FrameOutcome.Failed("infer", "broken \"quote\"") });
            sink.Write(new SourceEvent(
                SourceEventKind.Disconnected, 1, DateTimeOffset.UnixEpoch, DecodeError.NotFound, "there is no such stream"));
            sink.Write(new SourceEvent(SourceEventKind.Reconnected, 1, DateTimeOffset.UnixEpoch));
            sink.Complete(new StreamSummary(
                StreamEnd.Error,
                "cut off",
                3,
                2,
                new Dictionary<string, long> { ["stopped"] = 1 },
                new Dictionary<string, long>()));
        }

        var text = await File.ReadAllTextAsync(path);
        Assert.EndsWith("}\n", text, StringComparison.Ordinal);
        var lines = text.Split('\n')[..^1];
        var schema = await JsonSchema.FromFileAsync(Path.Combine(Golden.RepositoryRoot(), "docs", "frames-1.schema.json"));
        Assert.All(lines, line => Assert.Empty(schema.Validate(line)));
        Assert.Equal(["stream_start", "frame", "frame", "frame", "event", "event", "stream_end"], lines.Select(
            line => JsonDocument.Parse(line).RootElement.GetProperty("type").GetString()));

        Assert.Equal(
            """{"type":"event","event":"disconnected","run_id":"run-1","source_id":"cam","epoch":1"""
            + ""","at":"1970-01-01T00:00:00.000000Z","code":"not_found","message":"there is no such stream"}""",
            lines[4]);
        var detection = JsonDocument.Parse(lines[1]).RootElement.GetProperty("detections")[0];
        var counts = JsonSerializer.Serialize(mask.ToString());
        Assert.Equal(
            """{"id":0,"track_id":null,"category_id":3,"category":"car","score":0.123457,"bbox":[0.25,0.5,2.5,1.5],"area":3"""
            + $",\"segmentation\":{{\"size\":[2,3],\"counts\":{counts}}}}}",
            detection.GetRawText());
        Assert.Equal(
            "broken \"quote\"", JsonDocument.Parse(lines[3]).RootElement.GetProperty("error").GetProperty("message").GetString());
    }

    [Fact]
    public async Task Schema_LineWithAWrongValue_IsRefused()
    {
        // So that the test above can fail.
        var schema = await JsonSchema.FromFileAsync(Path.Combine(Golden.RepositoryRoot(), "docs", "frames-1.schema.json"));
        const string end = """
            {"type":"stream_end","run_id":"r","source_id":"s","reason":"REASON",
             "frames_decoded":1,"frames_emitted":1,"frames_dropped":{},"frames_failed":{}}
            """;
        Assert.Empty(schema.Validate(end.Replace("REASON", "eof", StringComparison.Ordinal)));
        Assert.NotEmpty(schema.Validate(end.Replace("REASON", "tired", StringComparison.Ordinal)));
        Assert.NotEmpty(schema.Validate("""{"type":"frame"}"""));
    }

    [Fact]
    public void Constructor_NoPermissionOrFolder_SaysWhichFile()
    {
        var path = Path.Combine(_folder.Path, "no", "such", "out.jsonl");
        var exception = Assert.Throws<EmitException>(
            () => new JsonLinesSink(path, Frames.Run, Frames.Source("cam", new ImageSize(2, 3))));
        Assert.StartsWith($"{path}: cannot be written: ", exception.Message, StringComparison.Ordinal);
    }
}
