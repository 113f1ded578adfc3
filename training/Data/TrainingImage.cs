using Streaming.Training.Evaluation;

namespace Streaming.Training.Data;

/// <summary>A picture with its objects.</summary>
/// <param name="Image">Its number, name and size.</param>
/// <param name="Path">The file.</param>
/// <param name="Objects">What is in it.</param>
/// <param name="Classes">The network's class of each.</param>
internal sealed record TrainingImage(CocoImage Image, string Path, CocoObject[] Objects, int[] Classes);
