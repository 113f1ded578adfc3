using Streaming.Model.Structures;

namespace Streaming.Training.Evaluation;

/// <summary>A picture of a data set.</summary>
/// <param name="Id">Its number in the data set.</param>
/// <param name="FileName">Relative to the folder of pictures.</param>
/// <param name="Size">In pixels.</param>
internal sealed record CocoImage(long Id, string FileName, ImageSize Size);
