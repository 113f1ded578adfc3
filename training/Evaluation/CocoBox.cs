namespace Streaming.Training.Evaluation;

/// <summary>A box as COCO writes it.</summary>
/// <param name="X">Left edge.</param>
/// <param name="Y">Upper edge.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
internal readonly record struct CocoBox(double X, double Y, double Width, double Height);
