using static TorchSharp.torch;

namespace Streaming.Model.Cuda;

/// <summary>What enters a suppression: the same number of candidates for each of N images.</summary>
/// <param name="Boxes">(N, n, 4).</param>
/// <param name="Scores">(N, n); those that do not count have the least score of all.</param>
/// <param name="Groups">(N, n), int32: only boxes of one group suppress each other.</param>
internal sealed record CandidateTable(Tensor Boxes, Tensor Scores, Tensor Groups)
{
    /// <summary>N.</summary>
    public int Images => (int)Scores.size(0);

    /// <summary>Candidates of each image.</summary>
    public int Count => (int)Scores.size(1);
}
