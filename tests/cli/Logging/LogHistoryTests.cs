using Microsoft.Extensions.Logging;
using Streaming.Cli.Display;
using Streaming.Cli.Logging;

namespace Streaming.Cli.Tests.Logging;

/// <summary>What is kept of the log.</summary>
public sealed class LogHistoryTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private readonly LogHistory _history = new();

    [Fact]
    public void Add_ManyEvents_KeepsTheNewest()
    {
        for (var i = 1; i <= LogHistory.MaxLines + 10; i++)
        {
            Add(Start, $"{i}");
        }

        var lines = _history.Read(0, default);
        Assert.Equal(LogHistory.MaxLines, lines.Count);
        Assert.Equal(("11", 11L), (lines[0].Message, lines[0].Number));
        Assert.Equal("5010", Assert.Single(_history.Read(5009, default)).Message);
    }

    [Fact]
    public void Add_AfterAnHour_ForgetsWhatWasBefore()
    {
        Add(Start, "old");
        Add(Start.AddMinutes(30), "younger");
        Add(Start.AddMinutes(61), "new");
        Assert.Equal(["younger", "new"], _history.Read(0, default).Select(line => line.Message));
        Assert.Equal(["new"], _history.Read(0, Start.AddMinutes(31)).Select(line => line.Message));
    }

    [Fact]
    public void Add_EndlessMessage_IsCut()
    {
        Add(Start, new string('a', LogHistory.MaxLength + 1));
        Assert.Equal($"{new string('a', LogHistory.MaxLength)}…", _history.Read(0, default)[0].Message);
    }

    [Fact]
    public void Terminal_WhatIsLogged_IsKept_AndNothingElse()
    {
        var terminal = Terminal.ForTest(TextWriter.Null, TextWriter.Null);
        terminal.Levels = new LogLevels(["decode=warning"]);
        CliLog.NativeLine(terminal.For("native"), "a line");
        CliLog.NativeLine(terminal.For("decode"), "hidden");
        var line = Assert.Single(terminal.History.Read(0, default));
        Assert.Equal(("info", "native", "a line"), (line.Level, line.Category, line.Message));
    }

    private void Add(DateTimeOffset at, string message)
    {
        _history.Add(new LogEvent(at, LogLevel.Information, "run", null, message, null));
    }
}
