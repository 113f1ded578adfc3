using Microsoft.Extensions.Logging;
using Streaming.Model;

namespace Streaming.Cli;

/// <summary>All log messages of this project; their numbers are 400 to 499.</summary>
internal static partial class CliLog
{
    [LoggerMessage(
        400, LogLevel.Warning, "{Weights}: these weights come from a formula, not from training: the detections mean nothing")]
    public static partial void SyntheticWeights(ILogger logger, WeightsSource weights);

    [LoggerMessage(405, LogLevel.Warning, "{Note}")]
    public static partial void ConfigurationNote(ILogger logger, string note);

    [LoggerMessage(
        401, LogLevel.Information, "Stopping: frames in flight are finished first. Press Ctrl-C again to give up at once")]
    public static partial void Stopping(ILogger logger);

    [LoggerMessage(402, LogLevel.Information, "{Source}: complete already; nothing is left to do")]
    public static partial void CompleteAlready(ILogger logger, string source);

    [LoggerMessage(403, LogLevel.Warning, "{Message}")]
    public static partial void OutputWarning(ILogger logger, string message);

    [LoggerMessage(406, LogLevel.Warning, "{Damage} It is kept as {Aside}, and {Source} starts anew")]
    public static partial void DamagedRecord(ILogger logger, string damage, string aside, string source);
}
