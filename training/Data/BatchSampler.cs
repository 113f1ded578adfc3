using Streaming.Model.Structures;

namespace Streaming.Training.Data;

/// <summary>
/// Which pictures come next, without end: each pass in a new order (detectron2's TrainingSampler), and batches of upright or
/// of lying pictures only (AspectRatioGroupedDataset), so that little is padded. The order depends on the seed alone.
/// </summary>
/// <param name="sizes">Of the pictures.</param>
/// <param name="batchSize">Pictures of a batch.</param>
/// <param name="groupsByShape">Whether batches are of one kind.</param>
/// <param name="seed">Of the order.</param>
internal sealed class BatchSampler(IReadOnlyList<ImageSize> sizes, int batchSize, bool groupsByShape, long seed)
{
    private readonly List<(int Image, long Position)>[] _groups = [[], []];
    private int[] _order = [];
    private long _position;

    /// <summary>The next batch: pictures, and the place of each in the endless row, which seeds what chance does to it.</summary>
    public IReadOnlyList<(int Image, long Position)> Next()
    {
        while (true)
        {
            var within = (int)(_position % sizes.Count);
            if (within == 0)
            {
                _order = [.. Enumerable.Range(0, sizes.Count)];
                SeededRandom.For(seed, _position / sizes.Count).Shuffle(_order);
            }

            var image = _order[within];
            var group = _groups[groupsByShape && sizes[image].Width > sizes[image].Height ? 1 : 0];
            group.Add((image, _position++));
            if (group.Count == batchSize)
            {
                var batch = group.ToArray();
                group.Clear();
                return batch;
            }
        }
    }
}
