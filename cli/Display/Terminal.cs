using Microsoft.Extensions.Logging;
using Spectre.Console;
using Streaming.Cli.Logging;
using Streaming.Config.Run;
using Streaming.Config.Settings;

namespace Streaming.Cli.Display;

/// <summary>
/// Where a command talks to its user: results on standard output; progress, log and errors on standard error. Files are what a
/// run is for, so that its own words never mix with data.
/// </summary>
internal sealed class Terminal : ILogTarget
{
    private const int UnwrappedWidth = 4000;

    /// <summary>Bytes; a line that fits goes out in one call, so that lines of several processes do not mix.</summary>
    private const int LineBuffer = 16 << 10;

    private Terminal(TextWriter output, TextWriter error, IAnsiConsole console)
    {
        (Out, ErrorWriter, Console) = (output, TextWriter.Synchronized(error), console);
        Log = For("run");
    }

    /// <summary>Standard output.</summary>
    public TextWriter Out { get; }

    /// <summary>Standard error.</summary>
    public TextWriter ErrorWriter { get; }

    /// <summary>Standard error with colours, tables and live progress where it is a terminal.</summary>
    public IAnsiConsole Console { get; }

    /// <summary>Whether live progress makes sense.</summary>
    public bool IsInteractive => Console.Profile.Capabilities.Interactive;

    /// <summary>How events are written; null, for commands that end soon, writes no time and no category.</summary>
    public LogFormat? Format { get; set; }

    /// <inheritdoc/>
    public LogLevels Levels { get; set; } = new([]);

    /// <summary>Whether it is the process's own: then descriptor 2 may be caught.</summary>
    public bool IsProcess { get; private init; }

    /// <inheritdoc/>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What was logged last, for the live page.</summary>
    public LogHistory History { get; } = new();

    /// <summary>The log of the command itself.</summary>
    public ILogger Log { get; }

    /// <summary>Writes the log as a user wants it.</summary>
    public void Use(SettingValues values)
    {
        (Format, Levels) = (values.Get(LogSettings.Format), LogLevels.Of(values));
    }

    /// <summary>The process's own terminal.</summary>
    public static Terminal ForProcess()
    {
        // Opened now: what becomes of descriptor 2 later (NativeLines) does not concern it.
        var stream = new ErrorStream(System.Console.OpenStandardError());
        var error = new StreamWriter(stream, bufferSize: LineBuffer) { AutoFlush = true };
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new ErrorOutput(error),
            Interactive = System.Console.IsErrorRedirected ? InteractionSupport.No : InteractionSupport.Detect,
        });
        if (System.Console.IsErrorRedirected)
        {
            // Lines in a file or a log are not to be wrapped.
            console.Profile.Width = UnwrappedWidth;
        }

        return new Terminal(System.Console.Out, error, console) { IsProcess = true };
    }

    /// <summary>A terminal that writes into strings, without colours.</summary>
    public static Terminal ForTest(TextWriter output, TextWriter error)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(error),
        });
        console.Profile.Width = UnwrappedWidth;
        return new Terminal(output, error, console);
    }

    /// <summary>The log of a part of the program.</summary>
    /// <param name="category">One of <see cref="LogSettings.Categories"/>.</param>
    public ILogger For(string category)
    {
        return new CategoryLogger(this, category);
    }

    /// <summary>An error that ends the command, for the user: no event of a log, unless programs read it.</summary>
    public void Error(string message)
    {
        Write(
            new LogEvent(Time.GetUtcNow(), LogLevel.Error, "run", null, message, null),
            Format == LogFormat.Json ? LogFormat.Json : null);
    }

    /// <summary>A line of information.</summary>
    public void Info(string message)
    {
        WriteLine(message, Style.Plain);
    }

    /// <inheritdoc/>
    public void Write(LogEvent logged)
    {
        Write(logged, Format);
    }

    private void Write(LogEvent logged, LogFormat? wanted)
    {
        History.Add(logged);
        var color = logged.Level switch
        {
            >= LogLevel.Error => Color.Red,
            LogLevel.Warning => Color.Yellow,
            LogLevel.Information => Color.Blue,
            _ => Color.Grey,
        };
        var line = wanted is { } format ? LogLine.Of(logged, format) : $"{logged.LevelName}: {logged.Message}";
        WriteLine(line, new Style(color));
    }

    private void WriteLine(string line, Style style)
    {
        if (IsInteractive)
        {
            Console.Write(new Text($"{line}\n", style));
        }
        else
        {
            ErrorWriter.Write($"{line}\n");
        }
    }
}
