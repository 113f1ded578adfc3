namespace Streaming.Server.Events.Store;

/// <summary>The index cannot answer.</summary>
/// <param name="message">One sentence for the user.</param>
/// <param name="inner">The cause.</param>
internal sealed class EventIndexException(string message, Exception inner) : Exception(message, inner);
