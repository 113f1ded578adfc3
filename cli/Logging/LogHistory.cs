using Streaming.Server.Logs;

namespace Streaming.Cli.Logging;

/// <summary>Keeps the newest events: those of the last hour, and of them not too many.</summary>
internal sealed class LogHistory : ILogHistory
{
    /// <summary>Most events.</summary>
    public const int MaxLines = 5000;

    /// <summary>Most characters of a message: what libraries say has no limit.</summary>
    public const int MaxLength = 2000;

    private readonly Lock _gate = new();
    private readonly Queue<LoggedLine> _lines = new();
    private long _last;

    /// <summary>Keeps an event.</summary>
    public void Add(LogEvent logged)
    {
        var message = logged.Message.Length <= MaxLength ? logged.Message : $"{logged.Message.AsSpan(0, MaxLength)}…";
        lock (_gate)
        {
            _lines.Enqueue(new LoggedLine(++_last, logged.Time, logged.LevelName, logged.Category, message));
            while (_lines.Count > MaxLines || _lines.Peek().At < logged.Time - LogsEndpoint.Kept)
            {
                _lines.Dequeue();
            }
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<LoggedLine> Read(long after, DateTimeOffset from)
    {
        lock (_gate)
        {
            return [.. _lines.Where(line => line.Number > after && line.At >= from)];
        }
    }
}
