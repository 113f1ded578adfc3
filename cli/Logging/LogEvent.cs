using Microsoft.Extensions.Logging;

namespace Streaming.Cli.Logging;

/// <summary>Something that is logged.</summary>
/// <param name="Time">When.</param>
/// <param name="Level">How severe it is.</param>
/// <param name="Category">One of <see cref="Config.Run.LogSettings.Categories"/>.</param>
/// <param name="Source">The source that it is about; null when it is about none.</param>
/// <param name="Message">For people.</param>
/// <param name="Exception">What was thrown, if anything.</param>
internal readonly record struct LogEvent(
    DateTimeOffset Time, LogLevel Level, string Category, string? Source, string Message, Exception? Exception)
{
    /// <summary>The level as it is written.</summary>
    public string LevelName => Level switch
    {
        >= LogLevel.Error => "error",
        LogLevel.Warning => "warning",
        LogLevel.Information => "info",
        _ => "debug",
    };

    /// <summary>Type and place of the exception. Not its message: that may name an address with a password.</summary>
    public string? Thrown => Exception is null ? null : $"{Exception.GetType()}{Environment.NewLine}{Exception.StackTrace}";
}
