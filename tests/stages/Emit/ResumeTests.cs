using System.Text.Json;
using Streaming.Model.Structures;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Tests.Emit;

/// <summary>JSON lines that a killed program has left, cut off anywhere.</summary>
public sealed class ResumeTests : IDisposable
{
    private static readonly ImageSize Size = new(2, 3);
    private readonly TempFolder _folder = new();
    private readonly PixelPool _pool = new();

    private string Lines => _folder.File("out.jsonl");

    public void Dispose()
    {
        _pool.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Resume_CutOffAtAnyByte_GivesTheSameFile()
    {
        Write(null, 0, 5);
        var whole = File.ReadAllBytes(Lines);
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(Lines, whole[..length]);
            var earlier = RecordedStream.Find(Lines);
            Assert.NotEqual(true, earlier?.IsComplete);
            Write(earlier, earlier?.NextIndex ?? 0, 5);
            Assert.True(whole.AsSpan().SequenceEqual(File.ReadAllBytes(Lines)), $"cut off after {length} bytes");
        }

        Assert.True(RecordedStream.Find(Lines)!.IsComplete);
    }

    [Fact]
    public void Find_WholeFile_CountsAndReadsBackWhatWasWritten()
    {
        Write(null, 0, 5);
        var earlier = RecordedStream.Find(Lines)!;
        Assert.Equal((5, 4, 1), (earlier.NextIndex, earlier.Emitted, earlier.Failed["infer"]));
        var frames = earlier.Frames(Frames.Run.Categories).ToArray();
        Assert.Equal(Enumerable.Range(0, 5).Select(i => (long)i), frames.Select(frame => frame.Identity.Index));
        Assert.Equal(FrameStatus.Failed, frames[3].Outcome.Status);
        var detection = frames[1].Detections.Single();
        Assert.Equal(
            (0.25f, 0.5f, 2.75f, 2f, 0.5f),
            (detection.Box.X0, detection.Box.Y0, detection.Box.X1, detection.Box.Y1, detection.Score));
        Assert.Equal(3, detection.Mask!.Area);
    }

    [Fact]
    public void Resume_OtherSettings_IsRefusedAndNamesTheDifference()
    {
        Write(null, 0, 2);
        var earlier = RecordedStream.Find(Lines);
        var exception = Assert.Throws<EmitException>(
            () => new JsonLinesSink(Lines, Frames.Run with { Precision = "bf16" }, Frames.Source("cam", Size), earlier));
        Assert.Contains("'model' of its first line is another one", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_SomethingElse_IsRefused()
    {
        File.WriteAllText(Lines, "{\"a\":1}\n");
        Assert.Contains(
            "something else",
            Assert.Throws<DamagedRecordException>(() => RecordedStream.Find(Lines)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"category_id\":1", "\"category_id\":7")]
    [InlineData("\"bbox\":[", "\"bbox\":[\"x\",")]
    [InlineData("\"counts\":\"", "\"counts\":\"zz")]
    public void Find_DamageWithinADetection_IsRefusedBeforeTheRun(string sound, string damaged)
    {
        Write(null, 0, 3);
        File.WriteAllText(Lines, File.ReadAllText(Lines).Replace(sound, damaged, StringComparison.Ordinal));
        Assert.Equal(Lines, Assert.Throws<DamagedRecordException>(() => RecordedStream.Find(Lines)).Path);
    }

    [Fact]
    public void Frames_WithTracks_KeepThem()
    {
        var track = new TrackInfo(42, TimeSpan.FromTicks(12_345_678), 7, IsPredicted: true);
        using (var sink = new JsonLinesSink(Lines, Frames.Run, Frames.Source("cam", Size)))
        using (var frame = Frames.Of(_pool, 0, Size))
        {
            sink.Write(
                frame, Frames.Result(frame, new Detection(0, Frames.Run.Categories[0], 0.5f, new Box(0, 0, 1, 1), null, track)));
        }

        var found = RecordedStream.Find(Lines)!.Frames(Frames.Run.Categories).Single();
        Assert.Equal(track, found.Detections.Single().Track);
    }

    [Fact]
    public void Frames_WithEvents_KeepThem()
    {
        var bare = new ObjectEvent("cam-1-2-0", ObjectEventKind.SourceBack, 1, TimeSpan.FromTicks(7), DateTimeOffset.UnixEpoch);
        var full = bare with
        {
            Kind = ObjectEventKind.LineCrossed,
            Cause = "lost",
            Zone = "gate",
            Line = "stop",
            Direction = "in",
            Count = 3,
            Dwell = TimeSpan.FromTicks(12_345_678),
            TrackId = 5,
            Subject = new EventSubject(Frames.Run.Categories[0], 0.5f, new Box(0, 1, 2, 3)),
            Snapshot = "a.jpg",
            Clip = "a.mp4",
        };
        using (var sink = new JsonLinesSink(Lines, Frames.Run, Frames.Source("cam", Size)))
        using (var frame = Frames.Of(_pool, 0, Size))
        {
            sink.Write(new OutputFrame(Frames.Of(_pool, 0, Size), Frames.Result(frame) with { Events = [bare, full] }));
        }

        var found = RecordedStream.Find(Lines)!.Frames(Frames.Run.Categories).Single();
        Assert.Equal([bare, full], found.Events);
    }

    [Fact]
    public void NewStream_OfACamera_FollowsTheOldOne()
    {
        Write(null, 0, 2);
        File.AppendAllText(Lines, "{\"type\":\"fra");
        var source = Frames.Source("cam", Size);
        using (var sink = new JsonLinesSink(
            Lines, Frames.Run with { RunId = "second" }, source, RecordedStream.Find(Lines), isNewStream: true))
        {
            sink.Write(
                new SourceEvent(SourceEventKind.Disconnected, 1, DateTimeOffset.UnixEpoch, DecodeError.Timeout, "nothing came"));
        }

        var types = File.ReadLines(Lines).Select(line => JsonDocument.Parse(line).RootElement).Select(
            line => $"{line.GetProperty("type")} {line.GetProperty("run_id")}");
        var first = Frames.Run.RunId;
        Assert.Equal(
            [
                $"stream_start {first}", $"frame {first}", $"frame {first}", $"stream_end {first}",
                "stream_start second", "event second",
            ],
            types);
    }

    [Fact]
    public void Coco_Results_AreOneArrayThatAppearsWhenItIsWhole()
    {
        var path = _folder.File("out.coco.json");
        using (var sink = new CocoSink(path))
        {
            for (var i = 0; i < 3; i++)
            {
                using var frame = Frames.Of(_pool, i, Size);
                sink.Write(frame, Result(frame));
            }

            Assert.False(File.Exists(path));
            sink.Complete(
                new StreamSummary(StreamEnd.Eof, null, 3, 3, new Dictionary<string, long>(), new Dictionary<string, long>()));
        }

        var results = JsonDocument.Parse(File.ReadAllText(path)).RootElement.EnumerateArray().ToArray();
        Assert.Equal([1, 2], results.Select(result => result.GetProperty("image_id").GetInt32()));
        Assert.Equal("[0.25,0.5,2.5,1.5]", results[0].GetProperty("bbox").GetRawText());
        Assert.Equal("[2,3]", results[0].GetProperty("segmentation").GetProperty("size").GetRawText());
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    private void Write(RecordedStream? earlier, long from, int frames)
    {
        using var sink = new JsonLinesSink(Lines, Frames.Run, Frames.Source("cam", Size), earlier);
        for (var i = from; i < frames; i++)
        {
            using var frame = Frames.Of(_pool, i, Size);
            sink.Write(frame, Result(frame));
        }

        sink.Complete(new StreamSummary(
            StreamEnd.Eof,
            null,
            frames,
            frames - 1,
            new Dictionary<string, long>(),
            new Dictionary<string, long> { ["infer"] = 1 }));
    }

    /// <summary>Frame 0 shows nothing, frame 3 failed, the others show a car.</summary>
    private static FrameResult Result(Frame frame)
    {
        return frame.Identity.Index switch
        {
            0 => Frames.Result(frame),
            3 => Frames.Result(frame) with { Outcome = FrameOutcome.Failed("infer", "broken") },
            _ => Frames.Result(frame, new Detection(
                0, Frames.Run.Categories[0], 0.5f, new Box(0.25f, 0.5f, 2.75f, 2), Rle.Encode([0, 1, 1, 0, 0, 1], Size))),
        };
    }
}
