using System.Runtime.Versioning;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Streaming.Config.Zoo;
using Streaming.Model.Structures;
using Streaming.Pipeline.Outputs;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Pipeline.Tests.Outputs;

/// <summary>A required output: a file's ends its source, a camera's comes back and says what it lacks.</summary>
public sealed class RequiredOutputTests : IDisposable
{
    private static readonly StreamSummary Summary =
        new(StreamEnd.Stopped, null, 0, 0, new Dictionary<string, long>(), new Dictionary<string, long>());

    private static readonly RunInfo Run =
        new("run-1", DateTimeOffset.UnixEpoch, "tiny", "tiny.pkl", null, "fp32", 0.05, true, [new Category(1, "person")]);

    private static readonly SourceInfo Source = new("cam", "cam", new ImageSize(2, 4), new FrameRate(10, 1), null);

    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly CountingObserver _counts = new();
    private readonly MemoryLogger _log = new();
    private long _next;

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public void TryWrite_OutputOfAFileFails_FailsForGood()
    {
        var isBroken = false;
        using var sut = Create(() => new FailingSink(() => isBroken), isLive: false);
        sut.Open();
        Assert.True(Write(sut));
        isBroken = true;
        Assert.False(Write(sut));
        Assert.Equal("broken", sut.Error);
        Assert.Equal(("broken", 0), (sut.Complete(Summary), _counts.GivenUp));
    }

    [Fact]
    public void TryWrite_OutputOfACameraFails_IsOpenedAgainAfterLongerAndLongerPauses()
    {
        var (isBroken, opened) = (true, new List<double>());
        var start = _time.GetUtcNow();
        using var sut = Create(() =>
        {
            opened.Add((_time.GetUtcNow() - start).TotalSeconds);
            return isBroken ? throw new EmitException("broken") : new FailingSink(() => isBroken);
        });
        sut.Open();
        for (var second = 0; second < 100; second++)
        {
            Assert.False(Write(sut));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([0, 1, 3, 7, 15, 31, 61, 91], opened);
        isBroken = false;
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.True(Write(sut));
        Assert.Equal((null, 100), (sut.Error, _counts.GivenUp));
        Assert.Equal(
            [
                "cam: output jsonl is lost and will be opened again; the frames that it lacks are counted: broken",
                "cam: output jsonl is back; it lacks 100 frames",
            ],
            _log.Lines);
        Assert.Null(sut.Complete(Summary));
    }

    [Fact]
    public void Complete_OutputIsStillLost_SaysWhy()
    {
        using var sut = Create(() => throw new EmitException("broken"));
        sut.Open();
        Assert.False(Write(sut));
        Assert.Equal("broken", sut.Complete(Summary));
    }

    [Fact]
    public void TryWrite_DiskIsFullForAMinute_LinesStayWholeAndTellWhatIsMissing()
    {
        Assert.SkipUnless(SmallDisk.IsAvailable, "the right to mount a small file system is missing");
        using var disk = new SmallDisk(1024);
        var path = Path.Combine(disk.Path, "cam.jsonl");
        using var sut = CreateRecord(path);
        sut.Open();
        var written = WriteFor(sut, seconds: 2);
        disk.Fill();
        // What is left of the last block still takes a few lines.
        written += WriteFor(sut, seconds: 60);
        Assert.InRange(written, 20, 60);
        disk.Free();
        written += WriteFor(sut, seconds: 60);
        Assert.Null(sut.Complete(Summary));
        Assert.Equal((_next, _counts.Written), (written + _counts.GivenUp, written));
        AssertTold(path, written);
        Assert.Equal(2, _log.Lines.Count);
        Assert.Contains("the disk is full", _log.Lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public void TryWrite_FolderIsRemoved_IsNoticedWithinASecondAndMadeAgain()
    {
        var path = _folder.File("out/cam.jsonl");
        using var sut = CreateRecord(path);
        sut.Open();
        Assert.Equal(20, WriteFor(sut, seconds: 2));
        Directory.Delete(_folder.File("out"), recursive: true);
        Assert.Equal(20, WriteFor(sut, seconds: 2));
        Assert.Null(sut.Complete(Summary));
        string[] lines = File.ReadAllLines(path);
        // At most a second's frames went with the folder.
        Assert.InRange(lines.Length, 1 + 10 + 1, 1 + 20 + 1);
        Assert.Contains("stream_start", lines[0], StringComparison.Ordinal);
        Assert.Contains("is no longer there", _log.Lines[0], StringComparison.Ordinal);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public void TryWrite_PermissionsAreTakenAwayAndGivenBack_WritesAgain()
    {
        var folder = Directory.CreateDirectory(_folder.File("out")).FullName;
        const UnixFileMode all = (UnixFileMode)0b111_111_111;
        const UnixFileMode none = UnixFileMode.None;
        File.SetUnixFileMode(_folder.Path, all);
        File.SetUnixFileMode(folder, all);
        var path = Path.Combine(folder, "cam.jsonl");
        using var sut = CreateRecord(path);
        using (new OrdinaryUser())
        {
            sut.Open();
            Assert.Equal(20, WriteFor(sut, seconds: 2));
        }

        File.Delete(path);
        File.SetUnixFileMode(folder, none);
        using (new OrdinaryUser())
        {
            // The file may still be written to for up to a second after it was removed.
            Assert.InRange(WriteFor(sut, seconds: 60), 0, 10);
        }

        File.SetUnixFileMode(folder, all);
        using (new OrdinaryUser())
        {
            Assert.InRange(WriteFor(sut, seconds: 60), 300, 600);
            Assert.Null(sut.Complete(Summary));
        }

        Assert.Equal(_next, _counts.Written + _counts.GivenUp);
        Assert.Equal(2, _log.Lines.Count);
        Assert.Contains("is no longer there", _log.Lines[0], StringComparison.Ordinal);
        Assert.Contains(
            $"\"dropped_before\":{_counts.GivenUp},", File.ReadAllLines(path)[1], StringComparison.Ordinal);
    }

    /// <summary>Every line is whole, and the lines with what they say is missing are all frames up to the last one.</summary>
    private void AssertTold(string path, long written)
    {
        JsonElement[] lines = [.. File.ReadAllLines(path).Select(line => JsonDocument.Parse(line).RootElement)];
        JsonElement[] frames = [.. lines.Where(line => line.GetProperty("type").ValueEquals("frame"))];
        Assert.Equal(written, frames.Length);
        Assert.Equal(_next, frames.Length + frames.Sum(frame => frame.GetProperty("dropped_before").GetInt64()));
        Assert.Equal((1, 1), (
            lines.Count(line => line.GetProperty("type").ValueEquals("stream_start")),
            lines.Count(line => line.GetProperty("type").ValueEquals("stream_end"))));
    }

    /// <summary>Ten frames a second.</summary>
    /// <returns>How many of them the output has.</returns>
    private int WriteFor(RequiredOutput output, int seconds)
    {
        var written = 0;
        for (var i = 0; i < seconds * 10; i++)
        {
            written += Write(output) ? 1 : 0;
            _time.Advance(TimeSpan.FromSeconds(0.1));
        }

        return written;
    }

    private bool Write(RequiredOutput output)
    {
        var identity = new FrameIdentity("cam", 0, _next++, TimeSpan.Zero, PtsOrigin.Estimated, _time.GetUtcNow());
        using var frame = new OutputFrame(new FrameResult(identity, Source.Size, []));
        return output.TryWrite(frame);
    }

    private RequiredOutput CreateRecord(string path)
    {
        var isReopened = false;
        return Create(() =>
        {
            var sink = new JsonLinesSink(OutputPlace.WithFolders(path), Run, Source, isReopened: isReopened, time: _time);
            isReopened = true;
            return sink;
        });
    }

    private RequiredOutput Create(Func<IFrameSink> open, bool isLive = true)
    {
        return new RequiredOutput("cam", new Output("jsonl", open) { NeedsPixels = false }, isLive, _counts, _time, _log);
    }

    private sealed class FailingSink(Func<bool> isBroken) : IFrameSink
    {
        public string Target => "memory";

        public void Write(OutputFrame frame)
        {
            if (isBroken())
            {
                throw new EmitException("broken");
            }
        }

        public void Complete(StreamSummary summary)
        {
            if (isBroken())
            {
                throw new EmitException("broken");
            }
        }

        public void Dispose()
        {
            // Nothing is open.
        }
    }

    private sealed class CountingObserver : IOutputObserver
    {
        public long Written { get; private set; }

        public long GivenUp { get; private set; }

        void IOutputObserver.Written(string kind)
        {
            Written++;
        }

        public void Failed(string kind)
        {
            // The log says it.
        }

        public void GaveUp(string kind, string reason, long frames)
        {
            Assert.Equal(("jsonl", "output_failed"), (kind, reason));
            GivenUp += frames;
        }

        public void Delivered(TimeSpan duration)
        {
            // Of all outputs together.
        }
    }

    private sealed class MemoryLogger : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            return null;
        }

        public bool IsEnabled(LogLevel logLevel)
        {
            return true;
        }

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Assert.Equal(LogLevel.Warning, logLevel);
            Lines.Add(formatter(state, exception));
        }
    }
}
