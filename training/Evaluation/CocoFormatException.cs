namespace Streaming.Training.Evaluation;

/// <summary>A file is not what COCO's format says.</summary>
/// <param name="message">What, where, what to do.</param>
/// <param name="inner">The cause.</param>
internal sealed class CocoFormatException(string message, Exception? inner = null) : Exception(message, inner);
