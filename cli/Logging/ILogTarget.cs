namespace Streaming.Cli.Logging;

/// <summary>Where events go.</summary>
internal interface ILogTarget
{
    /// <summary>What is logged.</summary>
    LogLevels Levels { get; }

    /// <summary>The clock of the log.</summary>
    TimeProvider Time { get; }

    /// <summary>Writes an event, whatever its level.</summary>
    void Write(LogEvent logged);
}
