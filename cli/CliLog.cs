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
        401,
        LogLevel.Information,
        "Stopping: what is under way is finished first{Limit}. A second signal gives up at once")]
    public static partial void Stopping(ILogger logger, string limit);

    [LoggerMessage(402, LogLevel.Information, "{Source}: complete already; nothing is left to do")]
    public static partial void CompleteAlready(ILogger logger, string source);

    [LoggerMessage(403, LogLevel.Warning, "{Message}")]
    public static partial void OutputWarning(ILogger logger, string message);

    [LoggerMessage(406, LogLevel.Warning, "{Damage} It is kept as {Aside}, and {Source} starts anew")]
    public static partial void DamagedRecord(ILogger logger, string damage, string aside, string source);

    [LoggerMessage(407, LogLevel.Warning, "Given up: frames in flight are lost; what was written stays")]
    public static partial void GivingUp(ILogger logger);

    [LoggerMessage(410, LogLevel.Information, "{File}: reading it again")]
    public static partial void Reloading(ILogger logger, string file);

    [LoggerMessage(
        411, LogLevel.Information, "{File}: taken over; {Added} sources added, {Changed} started anew, {Removed} removed")]
    public static partial void Reloaded(ILogger logger, string file, int added, int changed, int removed);

    [LoggerMessage(412, LogLevel.Error, "{Message} The run goes on as it was")]
    public static partial void NotReloaded(ILogger logger, string message);

    [LoggerMessage(413, LogLevel.Warning, "{Setting}: counts after a restart only")]
    public static partial void NeedsRestart(ILogger logger, string setting);

    [LoggerMessage(414, LogLevel.Error, "{File}: the change could not be taken over, and the file is as it was: {Reason}")]
    public static partial void NotApplied(ILogger logger, string file, string reason);

    [LoggerMessage(420, LogLevel.Information, "{Summary}")]
    public static partial void Progress(ILogger logger, string summary);

    [LoggerMessage(421, LogLevel.Information, "{Source}: {End}: {Counts}")]
    public static partial void SourceEnded(ILogger logger, string source, string end, string counts);

    [LoggerMessage(422, LogLevel.Information, "{Frames} frames in {Seconds:0.0} s ({Rate:0.00} frames/s)")]
    public static partial void Finished(ILogger logger, long frames, double seconds, double rate);

    [LoggerMessage(430, LogLevel.Information, "{Line}")]
    public static partial void NativeLine(ILogger logger, string line);

    [LoggerMessage(431, LogLevel.Information, "{Count} further lines of native libraries were left out in this minute")]
    public static partial void NativeLinesLeftOut(ILogger logger, int count);

    [LoggerMessage(432, LogLevel.Debug, "The service manager cannot be told: {Reason}")]
    public static partial void NotNotified(ILogger logger, string reason);
}
