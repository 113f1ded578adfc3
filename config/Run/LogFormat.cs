namespace Streaming.Config.Run;

/// <summary>How the log is written.</summary>
internal enum LogFormat
{
    /// <summary>A line of text for each event.</summary>
    Text,

    /// <summary>A JSON object on a line for each event.</summary>
    Json,
}
