namespace Streaming.Training;

/// <summary>Training cannot go on.</summary>
/// <param name="message">Why, and what to do.</param>
internal sealed class TrainingException(string message) : Exception(message);
