namespace Streaming.Cli;

/// <summary>The command was used in a way that cannot work; the message says what to do.</summary>
/// <param name="message">One sentence.</param>
internal sealed class UsageException(string message) : Exception(message);
