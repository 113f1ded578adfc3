using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Streaming.Config.Run;
using Streaming.Stages.Emit;
using Streaming.Stages.Emit.Segments;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Tests.Emit.Segments;

/// <summary>One file after the other: whole ones under their names, the open one under a temporary name.</summary>
public sealed class SegmentedSinkTests : IDisposable
{
    private static readonly SegmentSection Hourly = new() { Every = TimeSpan.FromHours(1) };
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 31, 10, 20, 0, TimeSpan.Zero));

    private string IndexPath => _folder.File("cam.jsonl.index");

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public void Write_OverTwoHours_MakesWholeFilesOfTheClocksHours()
    {
        using var cam = Create();
        WriteEachTenMinutes(cam, 13);
        Assert.Equal("cam-20260131-120000.part.jsonl", Path.GetFileName(cam.Sink().Target));
        cam.Complete();
        Assert.Equal(
            ["cam-20260131-102000.jsonl", "cam-20260131-110000.jsonl", "cam-20260131-120000.jsonl", "cam.jsonl.index"], Files());
        Assert.Equal(["start", "0", "1", "2", "3"], Lines("cam-20260131-102000.jsonl"));
        Assert.Equal(["start", "4", "5", "6", "7", "8", "9"], Lines("cam-20260131-110000.jsonl"));
        Assert.Equal(["start", "10", "11", "12", "end"], Lines("cam-20260131-120000.jsonl"));
        Assert.Equal(
            """{"name":"cam-20260131-110000.jsonl","start":"2026-01-31T11:00:00.000000Z","end":"2026-01-31T11:50:00.000000Z","""
            + $"\"bytes\":{new FileInfo(_folder.File("cam-20260131-110000.jsonl")).Length}"
            + ""","run_id":"run-1","first":{"epoch":0,"frame_index":4},"last":{"epoch":0,"frame_index":9}"""
            + ""","frames":6,"dropped":0}""",
            File.ReadAllLines(IndexPath)[1]);
    }

    [Fact]
    public void Write_ClockIsSetBackAnHour_LosesAndOverwritesNothing()
    {
        using var cam = Create();
        WriteEachTenMinutes(cam, 7);
        // 11:30 is 10:30 again, and the hour from 11 to 12 comes twice.
        _time.AdjustTime(_time.GetUtcNow().AddHours(-1));
        WriteEachTenMinutes(cam, 9);
        cam.Complete();
        Assert.Equal(
            [
                "cam-20260131-102000.jsonl", "cam-20260131-103000.jsonl", "cam-20260131-110000-2.jsonl",
                "cam-20260131-110000.jsonl", "cam.jsonl.index",
            ],
            Files());
        Assert.Equal(Enumerable.Range(0, 16), FramesIn(Files()[..^1]).Order());
    }

    [Fact]
    public void Tick_CameraIsDeadWhenTheHourEnds_TheSegmentIsWhole()
    {
        using var cam = Create();
        cam.Write();
        _time.Advance(TimeSpan.FromMinutes(30));
        cam.Sink().Tick(_time.GetUtcNow());
        Assert.Equal(["cam-20260131-102000.part.jsonl", "cam.jsonl.index"], Files());
        _time.Advance(TimeSpan.FromMinutes(30));
        cam.Sink().Tick(_time.GetUtcNow());
        cam.Complete();
        Assert.Equal(["start", "0"], Lines("cam-20260131-102000.jsonl"));
    }

    [Fact]
    public void Write_RestartWithinTheSameSecond_BeginsANewFile()
    {
        using var cam = Create();
        cam.Write();
        cam.Complete();
        cam.Write();
        // Killed in the middle: what is there stays, and the stream is not ended.
        cam.Dispose();
        Assert.Equal(["cam-20260131-102000-2.jsonl", "cam-20260131-102000.jsonl", "cam.jsonl.index"], Files());
        Assert.Equal(["start", "1"], Lines("cam-20260131-102000-2.jsonl"));
    }

    [Fact]
    public void Write_LimitOfSize_NoFileIsLarger()
    {
        using var cam = Create(new SegmentSection { MaxBytes = 5000 });
        WriteEachTenMinutes(cam, 100);
        cam.Complete();
        var files = Files()[..^1];
        Assert.Equal(Enumerable.Range(0, 100), FramesIn(files).Order());
        Assert.All(files, file => Assert.InRange(new FileInfo(_folder.File(file)).Length, 1000, 5000));
        Assert.InRange(files.Length, 5, 20);
    }

    [Fact]
    public void Open_PartOfACrash_IsCutToWholeLinesAndKept()
    {
        using var cam = Create();
        WriteEachTenMinutes(cam, 8);
        cam.Complete();
        var whole = Files();
        var index = File.ReadAllText(IndexPath);
        // As a kill leaves it: the last segment not renamed, its last line torn, the index without it.
        var last = _folder.File("cam-20260131-110000.jsonl");
        var lines = File.ReadAllLines(last);
        File.WriteAllText(last, $"{string.Join('\n', lines[..^1])}\n{lines[^1][..20]}");
        File.Move(last, _folder.File("cam-20260131-110000.part.jsonl"));
        File.WriteAllText(IndexPath, index[..^30]);
        File.WriteAllText(_folder.File("cam-20260131-120000.part.jsonl"), "{\"type\":\"stream_st");

        using var again = Create();
        again.Sink();
        Assert.Equal(whole, Files());
        Assert.Equal(["start", "4", "5", "6", "7"], Lines("cam-20260131-110000.jsonl"));
        var bytes = new FileInfo(last).Length;
        Assert.Equal(
            SegmentIndex.Read(IndexPath)[1] with { Bytes = bytes },
            new Segment("cam-20260131-110000.jsonl", At(11, 0), At(11, 30), bytes)
            {
                RunId = "run-1",
                First = new SegmentFrame(0, 4),
                Last = new SegmentFrame(0, 7),
                Frames = 4,
                Dropped = 0,
            });
    }

    [Fact]
    public void Open_IndexIsGoneOrFilesAre_IsMadeAgainFromTheFiles()
    {
        using (var cam = Create())
        {
            WriteEachTenMinutes(cam, 13);
            cam.Complete();
        }

        // The name of the first segment tells its start by seconds, that of the others is exact anyway.
        var index = SegmentIndex.Read(IndexPath);
        File.Delete(IndexPath);
        Create().Sink().Dispose();
        Assert.Equal(index, SegmentIndex.Read(IndexPath));
        File.Delete(_folder.File("cam-20260131-110000.jsonl"));
        Create().Sink().Dispose();
        Assert.Equal([index[0], index[2]], SegmentIndex.Read(IndexPath));
    }

    [Fact]
    public void Open_VideoPartOfACrash_IsKeptUnderANameThatSaysSo()
    {
        var names = new SegmentNames(_folder.Path, "{source}.mp4", "cam", "run-1");
        _folder.File("cam-20260131-100000.part.mp4", "a beginning");
        _folder.File("cam-20260131-110000.part.mp4", "");
        Recorder.Store(_time, Hourly)
            .Open("video", names, _folder.File("cam.video.index"), SegmentFormat.Any, _ => throw new EmitException("no"), false)
            .Dispose();
        Assert.Equal(["cam-20260131-100000.recovered.mp4", "cam.video.index"], Files());
        Assert.Equal(11, SegmentIndex.Read(_folder.File("cam.video.index")).Single().Bytes);
    }

    [Fact]
    public void Write_SegmentBeforeCouldNotBeFinished_FailsSoThatTheOutputIsOpenedAgain()
    {
        using var cam = Create();
        WriteEachTenMinutes(cam, 4);
        // Somebody takes the file away, just before its end.
        File.Delete(_folder.File("cam-20260131-102000.part.jsonl"));
        cam.Write();
        var sink = cam.Sink();
        Assert.Contains(
            "cam-20260131-102000.jsonl: cannot be written",
            Assert.Throws<EmitException>(() => sink.Complete(Recorder.Stopped)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Event_StandsBetweenTheFramesAroundIt()
    {
        using var cam = Create();
        WriteEachTenMinutes(cam, 4);
        cam.Sink().Write(new SourceEvent(SourceEventKind.Disconnected, 1, At(11, 5), DecodeError.Timeout, "nothing came"));
        cam.Complete();
        Assert.Equal(["start", "event", "end"], Lines("cam-20260131-110000.jsonl"));
    }

    [Fact]
    public void Tidy_Limits_RemoveTheOldestOfAllSourcesAndNeverTheOpenOne()
    {
        var free = 1_000_000L;
        var reasons = new List<string>();
        var store = Recorder.Store(
            _time, Hourly with { KeepFor = TimeSpan.FromHours(3), KeepFreeBytes = 1000 }, _ => free);
        store.Removed = (kind, reason) => reasons.Add($"{kind} {reason}");
        using var one = new Recorder(_folder.Path, store, _time, "one");
        using var two = new Recorder(_folder.Path, store, _time, "two");
        for (var i = 0; i < 31; i++)
        {
            one.Write();
            two.Write();
            _time.Advance(TimeSpan.FromMinutes(10));
        }

        one.Complete();
        two.Complete();
        // It is 15:30 now; the segments that ended at 10:50 and 11:50 are more than three hours old.
        Assert.Equal(
            ["120000", "130000", "140000", "150000"],
            Files().Where(file => file.StartsWith("one-", StringComparison.Ordinal)).Select(file => file[13..19]));
        Assert.Equal(Enumerable.Repeat("jsonl age", 4), reasons);
        Assert.Equal(4, SegmentIndex.Read(_folder.File("two.jsonl.index")).Count);

        // The disk is full: as much goes as is missing, and no more, however late the space comes back.
        free = 0;
        one.Write();
        Assert.Equal("jsonl free_space", reasons[4]);
        Assert.Equal("one-20260131-153000.part.jsonl", Path.GetFileName(one.Sink().Target));
        Assert.True(File.Exists(one.Sink().Target));
        Assert.Equal(5, reasons.Count);
    }

    [Fact]
    public void Tidy_EmptyFolders_GoWithTheirLastSegment()
    {
        var store = Recorder.Store(_time, Hourly with { KeepBytes = 1 });
        var names = new SegmentNames(_folder.Path, "{source}/{date}/{time}.jsonl", "cam", "run-1");
        _folder.File("cam/20260130/100000.jsonl", "{}\n");
        using var sink = store.Open(
            "jsonl", names, IndexPath, new JsonLinesFormat(), _ => throw new EmitException("no"), holdsEvents: false);
        Assert.Equal([IndexPath], Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Open_DiskIsFull_MakesRoomFirst()
    {
        Assert.SkipUnless(SmallDisk.IsAvailable, "the right to mount a small file system is missing");
        using var disk = new SmallDisk(256);
        var store = Recorder.Store(_time, Hourly with { KeepFreeBytes = 20_000 });
        using var cam = new Recorder(disk.Path, store, _time);
        // Until the disk is full for good, hours go by and the oldest segments make room.
        for (var i = 0; i < 3000; i++)
        {
            cam.Write();
            _time.Advance(TimeSpan.FromMinutes(2));
        }

        cam.Complete();
        Assert.NotEqual(0, SegmentIndex.Read(Path.Combine(disk.Path, "cam.jsonl.index"))[0].First!.FrameIndex);
        disk.Fill();
        cam.Write();
        cam.Complete();
        Assert.Equal(3000, SegmentIndex.Read(Path.Combine(disk.Path, "cam.jsonl.index"))[^1].First!.FrameIndex);
    }

    private static DateTimeOffset At(int hour, int minute)
    {
        return new DateTimeOffset(2026, 1, 31, hour, minute, 0, TimeSpan.Zero);
    }

    private Recorder Create(SegmentSection? rules = null)
    {
        return new Recorder(_folder.Path, Recorder.Store(_time, rules ?? Hourly), _time);
    }

    private void WriteEachTenMinutes(Recorder recorder, int frames)
    {
        for (var i = 0; i < frames; i++)
        {
            recorder.Write();
            _time.Advance(TimeSpan.FromMinutes(10));
        }
    }

    private string[] Files()
    {
        return [.. Directory.GetFiles(_folder.Path).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
    }

    private int[] FramesIn(IEnumerable<string> files)
    {
        return [.. files.SelectMany(Lines).Where(line => char.IsDigit(line[0])).Select(int.Parse)];
    }

    /// <summary>A file's lines in short.</summary>
    private string[] Lines(string file)
    {
        return
        [
            .. File.ReadAllLines(_folder.File(file)).Select(line => JsonDocument.Parse(line).RootElement)
                .Select(line => line.GetProperty("type").GetString() switch
                {
                    "frame" => line.GetProperty("frame_index").ToString(),
                    var type => type!.Split('_')[^1],
                }),
        ];
    }
}
