namespace Streaming.Server.Logs;

/// <summary>The newest lines of the program's log.</summary>
internal interface ILogHistory
{
    /// <summary>The lines after one, the oldest first.</summary>
    /// <param name="after">The number of the last line that is known already; 0 for none.</param>
    /// <param name="from">Older ones are left out.</param>
    IReadOnlyList<LoggedLine> Read(long after, DateTimeOffset from);
}

/// <summary>A line of the log.</summary>
/// <param name="Number">Counts the lines, from 1 on.</param>
/// <param name="At">When.</param>
/// <param name="Level">error, warning, info or debug.</param>
/// <param name="Category">The part of the program that it is about.</param>
/// <param name="Message">For people; holds no password.</param>
internal sealed record LoggedLine(long Number, DateTimeOffset At, string Level, string Category, string Message);
