using Microsoft.Extensions.Logging;

namespace Streaming.Cli.Logging;

/// <summary>Logs what is about one category.</summary>
/// <param name="target">Where to.</param>
/// <param name="category">One of <see cref="Config.Run.LogSettings.Categories"/>.</param>
internal sealed class CategoryLogger(ILogTarget target, string category) : ILogger
{
    /// <summary>The name that templates of messages have for the source that they are about.</summary>
    private const string SourceName = "Source";

    /// <summary>The pipeline has one logger; of its messages, these numbers are about outputs.</summary>
    private const int FirstOfOutputs = 350;
    private const int LastOfOutputs = 399;

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        return null;
    }

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel)
    {
        return target.Levels.Allow(category, logLevel) || (category == "pipeline" && target.Levels.Allow("output", logLevel));
    }

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var about = eventId.Id is >= FirstOfOutputs and <= LastOfOutputs ? "output" : category;
        if (target.Levels.Allow(about, logLevel))
        {
            var message = formatter(state, exception);
            target.Write(new LogEvent(target.Time.GetUtcNow(), logLevel, about, SourceOf(state), message, exception));
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
