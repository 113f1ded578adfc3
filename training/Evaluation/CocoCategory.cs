namespace Streaming.Training.Evaluation;

/// <summary>A class of a data set.</summary>
/// <param name="Id">Its number; there may be gaps between numbers.</param>
/// <param name="Name">For people.</param>
internal sealed record CocoCategory(long Id, string Name);
