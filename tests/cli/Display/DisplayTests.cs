using System.Globalization;
using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using Streaming.Cli.Display;
using Streaming.Config.Zoo;
using Streaming.Model.Structures;
using Streaming.Pipeline;
using Streaming.Server.Health;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Cli.Tests.Display;

/// <summary>What a user sees of a run: the live table, and the line of each minute.</summary>
public sealed class DisplayTests
{
    private static readonly Dictionary<string, long> None = [];

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero));

    [Fact]
    public void Table_Camera_ShowsStateRateAgeAndLastErrorWithItsTime()
    {
        _time.SetLocalTimeZone(TimeZoneInfo.CreateCustomTimeZone("x", TimeSpan.FromHours(2), "x", "x"));
        var table = new SourceTable(_time);
        var now = _time.GetUtcNow();
        _ = Render(table, Camera("gate", 100, now));
        _time.Advance(TimeSpan.FromSeconds(4));
        var row = Row(Render(table, Camera("gate", 130, now + TimeSpan.FromSeconds(3.5)) with
        {
            LastError = "the camera hung up.",
            LastErrorAt = now,
        }));
        Assert.Equal(["gate", "running", "7.5", "130", "0.5 s", "4", "0", "3", "07:06:07 the camera hung up."], row);
    }

    [Fact]
    public void Table_File_ShowsHowFarItHasCome()
    {
        var file = Camera("clip", 29, _time.GetUtcNow()) with { Info = new SourceInfo("clip", "clip.mp4", default, null, 44) };
        Assert.Equal("75 %", Row(Render(new SourceTable(_time), file))[1]);
    }

    [Theory]
    [InlineData(SourceState.Opening, StreamEnd.Stopped, "opening")]
    [InlineData(SourceState.Reconnecting, StreamEnd.Stopped, "reconnecting")]
    [InlineData(SourceState.Ended, StreamEnd.Stopped, "stopped")]
    [InlineData(SourceState.Ended, StreamEnd.Eof, "ended")]
    [InlineData(SourceState.Failed, StreamEnd.Error, "failed")]
    public void Table_EveryState_HasAWord(SourceState state, StreamEnd end, string expected)
    {
        var source = new SourceStatus("s", state, null, new StreamSummary(end, null, 0, 0, None, None), null, []);
        Assert.Equal(expected, Row(Render(new SourceTable(_time), source))[1]);
    }

    [Fact]
    public void Rate_SourceOfTheSameNameThatBeganAnew_IsNotNegative()
    {
        var rates = new FrameRates(_time, TimeSpan.FromSeconds(5));
        rates.Of(Camera("gate", 100, _time.GetUtcNow()));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, rates.Of(Camera("gate", 5, _time.GetUtcNow())));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(10, rates.Of(Camera("gate", 25, _time.GetUtcNow())));
    }

    [Fact]
    public void Summary_OfAMinute_CountsWhatHappenedInIt()
    {
        var summary = new RunSummary(_time);
        var now = _time.GetUtcNow();
        SourceStatus[] sources = [Camera("a", 100, now), Camera("b", 20, now) with { State = SourceState.Reconnecting }];
        _ = summary.Next(sources);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(
            "2 sources: 1 running, 1 reconnecting; 10.0 frames/s, 0 dropped, 0 failed, newest result 60.0 s old",
            summary.Next([Camera("a", 700, now), sources[1]]));
    }

    [Fact]
    public void Table_AndSummary_NamePausedSources()
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        IdleSource[] paused = [new("roof", IdleSource.Paused, "usb:0")];
        Terminal.ForTest(TextWriter.Null, text).Console.Write(new SourceTable(_time).At([], paused));
        Assert.Equal(["roof", "paused"], Row(text.ToString())[..2]);
        Assert.Equal(
            "1 sources: 1 paused; 0.0 frames/s, 0 dropped, 0 failed", new RunSummary(_time).Next([], paused));
    }

    [Fact]
    public void Summary_NoSources_IsALineToo()
    {
        Assert.Equal("0 sources; 0.0 frames/s, 0 dropped, 0 failed", new RunSummary(_time).Next([]));
    }

    [Fact]
    public async Task Follow_WithoutATerminal_LogsOneLineEachMinute()
    {
        var (text, told) = (new StringWriter(CultureInfo.InvariantCulture), Channel.CreateUnbounded<string>());
        using var detector = new FakeDetector();
        await using var pipeline = new VideoPipeline([detector], [new Category(1, "person")], new PipelineOptions());
        var work = new TaskCompletionSource<int>();
        var display = new RunDisplay(Terminal.ForTest(TextWriter.Null, text), _time, line => told.Writer.TryWrite(line));
        var following = display.FollowAsync(pipeline, work.Task);
        Assert.StartsWith("0 sources;", await told.Reader.ReadAsync(), StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal("", text.ToString());
        _time.Advance(TimeSpan.FromSeconds(1));
        var line = await told.Reader.ReadAsync();
        work.SetResult(7);
        Assert.Equal(7, await following);
        Assert.Equal($"info: {line}\n", text.ToString());
    }

    private static SourceStatus Camera(string id, long emitted, DateTimeOffset newest)
    {
        var counts = new StreamSummary(
            StreamEnd.Stopped, null, emitted + 4, emitted, new Dictionary<string, long> { ["queue_full"] = 4 }, None);
        var info = new SourceInfo(id, "rtsp://cam/1", new ImageSize(48, 64), null, null);
        return new SourceStatus(id, SourceState.Running, info, counts, null, []) { LastResultAt = newest, Objects = 3 };
    }

    private static string Render(SourceTable table, SourceStatus source)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        Terminal.ForTest(TextWriter.Null, text).Console.Write(table.At([source]));
        return text.ToString();
    }

    private static string[] Row(string table)
    {
        return [.. table.Split('\n')[3].Trim('│', ' ').Split('│', StringSplitOptions.TrimEntries)];
    }
}
