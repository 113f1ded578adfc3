using System.Text.Json;
using Microsoft.Extensions.Logging;
using Streaming.Cli.Display;
using Streaming.Cli.Logging;
using Streaming.Config.Run;
using Streaming.Pipeline;
using Streaming.Pipeline.Outputs;

namespace Streaming.Cli.Tests.Logging;

/// <summary>Events, as lines of text and as JSON.</summary>
public sealed class LogTests
{
    private static readonly DateTimeOffset Time = new(2026, 3, 4, 5, 6, 7, 89, TimeSpan.FromHours(1));

    [Fact]
    public void Text_Event_IsOneLineWithTimeLevelAndCategory()
    {
        var logged = new LogEvent(Time, LogLevel.Warning, "decode", "cam", "cam: lost:\r\nno route", null);
        Assert.Equal("2026-03-04T04:06:07.089Z warning decode: cam: lost:  no route", LogLine.Of(logged, LogFormat.Text));
    }

    [Fact]
    public void Json_Event_IsOneLineThatHoldsEverything()
    {
        var exception = Assert.Throws<InvalidOperationException>(void () => throw new InvalidOperationException("a secret"));
        var line = LogLine.Of(
            new LogEvent(Time, LogLevel.Critical, "run", "café \"1\"", "two\nlines", exception), LogFormat.Json);
        Assert.DoesNotContain('\n', line);
        Assert.DoesNotContain("a secret", line, StringComparison.Ordinal);
        var json = JsonDocument.Parse(line).RootElement;
        Assert.Equal(
            ["2026-03-04T04:06:07.089Z", "error", "run", "café \"1\"", "two\nlines"],
            new[] { "time", "level", "category", "source", "message" }.Select(name => json.GetProperty(name).GetString()));
        var thrown = json.GetProperty("exception").GetString();
        Assert.StartsWith("System.InvalidOperationException\n", thrown, StringComparison.Ordinal);
    }

    [Fact]
    public void Levels_OfCategories_WinOverThatOfAll()
    {
        var levels = new LogLevels(["decode=debug", "warning", "http=none"]);
        Assert.Equal(
            (true, false, true, false),
            (levels.Allow("decode", LogLevel.Debug), levels.Allow("run", LogLevel.Information),
                levels.Allow("run", LogLevel.Warning), levels.Allow("http", LogLevel.Critical)));
    }

    [Fact]
    public void Logger_MessageAboutASource_NamesItInItsOwnField()
    {
        var output = new StringWriter();
        var terminal = Terminal.ForTest(TextWriter.Null, output);
        terminal.Format = LogFormat.Json;
        CliLog.CompleteAlready(terminal.For("run"), "clip");
        CliLog.Finished(terminal.For("run"), 1, 2, 0.5);
        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("clip", JsonDocument.Parse(lines[0]).RootElement.GetProperty("source").GetString());
        Assert.False(JsonDocument.Parse(lines[1]).RootElement.TryGetProperty("source", out _));
    }

    [Fact]
    public void Logger_OfThePipeline_KnowsWhatIsAboutOutputs()
    {
        var output = new StringWriter();
        var terminal = Terminal.ForTest(TextWriter.Null, output);
        (terminal.Format, terminal.Levels) = (LogFormat.Text, new LogLevels(["pipeline=none", "output=warning"]));
        OutputLog.Failed(terminal.For("pipeline"), "cam", "jsonl", "the disk is full");
        PipelineLog.SourceFailed(terminal.For("pipeline"), "cam", "gone");
        Assert.EndsWith(
            "warning output: cam: output jsonl failed and will be reopened: the disk is full\n", output.ToString(),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("loud")]
    [InlineData("decoder=debug")]
    [InlineData("decode=loud")]
    public async Task Run_UnknownLevel_IsWrongUse(string level)
    {
        var (code, _, error) = await CommandLine.RunAsync("run", "no.mp4", "--log-level", level);
        Assert.Equal((2, true), (code, error.Contains($"--log-level {level} is not supported", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Run_JsonLog_WritesErrorsAsJsonToo()
    {
        var (code, _, error) = await CommandLine.RunAsync("run", "no.mp4", "--log-format", "json");
        Assert.Equal(2, code);
        var json = JsonDocument.Parse(Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries))).RootElement;
        Assert.Equal(
            ("error", "no.mp4: there is no such file or folder."),
            (json.GetProperty("level").GetString(), json.GetProperty("message").GetString()));
    }
}
