using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace Streaming.Cli.Display;

/// <summary>
/// Where a command talks to its user: results on standard output, progress, log and errors on standard error. Files are what a
/// run is for, so that its own words never mix with data.
/// </summary>
internal sealed class Terminal : ILogger
{
    private const int UnwrappedWidth = 4000;

    private Terminal(TextWriter output, TextWriter error, IAnsiConsole console)
    {
        (Out, ErrorWriter, Console) = (output, error, console);
    }

    /// <summary>Standard output.</summary>
    public TextWriter Out { get; }

    /// <summary>Standard error.</summary>
    public TextWriter ErrorWriter { get; }

    /// <summary>Standard error with colours, tables and live progress where it is a terminal.</summary>
    public IAnsiConsole Console { get; }

    /// <summary>Whether live progress makes sense.</summary>
    public bool IsInteractive => Console.Profile.Capabilities.Interactive;

    /// <summary>The least severe messages that are shown.</summary>
    public LogLevel MinLevel { get; set; } = LogLevel.Information;

    /// <summary>The process's own terminal.</summary>
    public static Terminal ForProcess()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(System.Console.Error),
            Interactive = System.Console.IsErrorRedirected ? InteractionSupport.No : InteractionSupport.Detect,
        });
        if (System.Console.IsErrorRedirected)
        {
            // Lines in a file or a log are not to be wrapped.
            console.Profile.Width = UnwrappedWidth;
        }

        return new Terminal(System.Console.Out, System.Console.Error, console);
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

    /// <summary>An error, for the user.</summary>
    public void Error(string message)
    {
        Console.Write(new Text($"error: {message}\n", new Style(Color.Red)));
    }

    /// <summary>A line of information.</summary>
    public void Info(string message)
    {
        Console.Write(new Text($"{message}\n"));
    }

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        return null;
    }

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel)
    {
        return logLevel >= MinLevel && logLevel != LogLevel.None;
    }

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            var (label, color) = logLevel switch
            {
                >= LogLevel.Error => ("error", Color.Red),
                LogLevel.Warning => ("warning", Color.Yellow),
                LogLevel.Information => ("info", Color.Blue),
                _ => ("debug", Color.Grey),
            };
            Console.Write(new Text($"{label}: {formatter(state, exception)}\n", new Style(color)));
        }
    }
}
