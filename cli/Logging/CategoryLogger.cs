using Microsoft.Extensions.Logging;
using Streaming.Cli.Display;

namespace Streaming.Cli.Logging;

/// <summary>Logs what is about one category.</summary>
/// <param name="terminal">Where to.</param>
/// <param name="category">One of <see cref="Config.Run.LogSettings.Categories"/>.</param>
internal sealed class CategoryLogger(Terminal terminal, string category) : ILogger
{
    /// <summary>The name that templates of messages have for the source that they are about.</summary>
    private const string SourceName = "Source";

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        return null;
    }

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel)
    {
        return terminal.Levels.Allow(category, logLevel);
    }

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            var now = terminal.Time.GetUtcNow();
            terminal.Write(
                new LogEvent(now, logLevel, category, SourceOf(state), formatter(state, exception), exception));
        }
    }

    private static string? SourceOf<TState>(TState state)
    {
        if (state is IReadOnlyList<KeyValuePair<string, object?>> values)
        {
            foreach (var (name, value) in values)
            {
                if (name == SourceName)
                {
                    return value?.ToString();
                }
            }
        }

        return null;
    }
}
