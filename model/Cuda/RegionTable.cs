using static TorchSharp.torch;

namespace Streaming.Model.Cuda;

/// <summary>
/// Regions of N images as a table: for each image the same number of rows, of which the first ones are valid, best first; the
/// others are zeros. How many are valid stays on the device.
/// </summary>
/// <param name="Boxes">(N, rows, 4).</param>
/// <param name="Scores">(N, rows).</param>
/// <param name="Classes">(N, rows), int64: of a proposal the RPN's level.</param>
/// <param name="Counts">(N), int32: how many are valid.</param>
internal sealed record RegionTable(Tensor Boxes, Tensor Scores, Tensor Classes, Tensor Counts)
{
    /// <summary>N.</summary>
    public int Images => (int)Scores.size(0);

    /// <summary>Rows of each image.</summary>
    public int Rows => (int)Scores.size(1);
}
