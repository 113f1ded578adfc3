namespace Streaming.Training.Evaluation.Tracks;

/// <summary>A file of tracks cannot be read.</summary>
/// <param name="message">File, line, what is wrong, what is allowed.</param>
/// <param name="inner">The cause.</param>
internal sealed class TrackFileException(string message, Exception? inner = null) : Exception(message, inner);
