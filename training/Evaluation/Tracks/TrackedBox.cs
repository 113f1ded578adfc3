namespace Streaming.Training.Evaluation.Tracks;

/// <summary>Where an object is in one frame.</summary>
/// <param name="Id">The same for the same object.</param>
/// <param name="Box">In pixels.</param>
internal readonly record struct TrackedBox(long Id, CocoBox Box);
