using Microsoft.Extensions.Logging;

namespace Streaming.Testing;

/// <summary>Keeps what is logged.</summary>
/// <param name="lines">Each message is added here.</param>
public sealed class TestLog(ICollection<string> lines) : ILogger
{
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
        lock (lines)
        {
            lines.Add(formatter(state, exception));
        }
    }
}
