using Streaming.Config.Detectron;
using Streaming.Model.Ops;
using Streaming.Model.Structures;
using static TorchSharp.torch;

namespace Streaming.Model.Cuda;

/// <summary>
/// The kernels of kernels.cu, each as a method. A call queues its kernel and returns before it has run; results lie on the device
/// and belong to the caller.
/// </summary>
/// <param name="launcher">Runs them; owned by this instance.</param>
/// <param name="device">Where.</param>
internal sealed class CudaKernels(IKernelLauncher launcher, Device device) : IDisposable
{
    /// <summary>Boxes that a suppression can take; see "removed" in kernels.cu.</summary>
    public const int MostCandidates = 256 * 64;

    private const int ThreadsPerBlock = 256;
    private const int BitsPerWord = 64;

    /// <summary>Where they run.</summary>
    public Device Device => device;

    /// <summary>Bytes to the network's input (N, 3, H, W): normalised, padded, in channels-last memory.</summary>
    public Tensor Preprocess(DeviceImages images, ImageSize padded, InputConfig input)
    {
        var batch = empty([images.Count, padded.Height, padded.Width, 3], device: device);
        Launch(
            "preprocess",
            KernelGrid.Over(batch.numel() / 3),
            new KernelArguments().Add(images.Bytes).Add(images.Count).Add(padded.Height).Add(padded.Width)
                .Add(input.IsRgb ? 1 : 0).Add(input.PixelMean).Add(input.PixelStd).Add(batch));
        return batch.permute(0, 3, 1, 2);
    }

    /// <summary>
    /// Regions pooled from maps: (N * rows, C, resolution, resolution), float32; zeros for rows that are not valid.
    /// </summary>
    /// <param name="maps">(N, H, W, C) of consecutive levels, finest first, contiguous.</param>
    /// <param name="shapes">What each is.</param>
    /// <param name="regions">In pixels of the network's input.</param>
    /// <param name="pooler">Bins and samples.</param>
    public Tensor RoiAlign(IReadOnlyList<Tensor> maps, IReadOnlyList<ShapeSpec> shapes, RegionTable regions, PoolerConfig pooler)
    {
        var (rows, channels, side) = ((int)regions.Scores.numel(), (int)maps[0].size(3), pooler.Resolution);
        var pooled = empty([rows, side, side, channels], device: device);
        RoiAlign(KernelLevels.Of(maps, [.. shapes.Select(shape => shape.Scale)], shapes[0].Level), regions, pooler, pooled);
        return pooled.permute(0, 3, 1, 2);
    }

    /// <summary>The same into memory (N * rows, resolution, resolution, C) of the caller.</summary>
    public void RoiAlign(in KernelLevels levels, RegionTable regions, PoolerConfig pooler, Tensor pooled)
    {
        var (rows, channels, side) = ((int)pooled.size(0), (int)pooled.size(3), pooler.Resolution);
        Launch(
            "roi_align",
            new KernelGrid(rows * side * side, Math.Min(channels, ThreadsPerBlock)),
            new KernelArguments().Add(levels).Add(regions.Boxes).Add(regions.Counts).Add(regions.Rows).Add(channels).Add(side)
                .Add(pooler.SamplingRatio).Add(pooled));
    }

    /// <summary>Room for candidates, to be filled.</summary>
    public CandidateTable Candidates(int images, int count)
    {
        return new CandidateTable(Floats(images, count, 4), Floats(images, count), Ints(images, count));
    }

    /// <summary>Decodes the best anchors of a level into a part of a table.</summary>
    /// <param name="images">Their sizes clip the boxes.</param>
    /// <param name="index">(N, k), int64: which anchors.</param>
    /// <param name="logits">(N, k) of these.</param>
    /// <param name="deltas">(N, A, 4) of all anchors of the level.</param>
    /// <param name="anchors">(A, 4).</param>
    /// <param name="level">Becomes their group.</param>
    /// <param name="config">Weights of the deltas, and the least size of a proposal.</param>
    /// <param name="target">What is filled.</param>
    /// <param name="offset">From which candidate on.</param>
    public void DecodeProposals(
        DeviceImages images,
        Tensor index,
        Tensor logits,
        Tensor deltas,
        Tensor anchors,
        int level,
        RpnConfig config,
        CandidateTable target,
        int offset)
    {
        var k = (int)index.size(1);
        Launch(
            "decode_proposals",
            KernelGrid.Over((long)images.Count * k),
            new KernelArguments().Add(images.Bytes).Add(images.Count).Add(index).Add(logits).Add(deltas).Add(anchors).Add(k)
                .Add((int)deltas.size(1)).Add(config.BoxWeights).Add((float)BoxTransform.ScaleClamp).Add((float)config.MinSize)
                .Add(level).Add(offset).Add(target.Count).Add(target.Boxes).Add(target.Scores).Add(target.Groups));
    }

    /// <summary>Which class of which proposal is a candidate.</summary>
    /// <param name="proposals">Rows that are not valid are none.</param>
    /// <param name="probabilities">(N * rows, K + 1), the background last.</param>
    /// <param name="deltas">(N * rows, K*4) or (N * rows, 4): proposals with a number that is not finite are none.</param>
    /// <param name="config">Classes and threshold.</param>
    /// <returns>Scores (N, rows * K), and for each image (N), int32, how many candidates it has.</returns>
    public (Tensor Scores, Tensor Found) ScoreDetections(
        RegionTable proposals, Tensor probabilities, Tensor deltas, RoiHeadsConfig config)
    {
        var (images, rows) = (proposals.Images, proposals.Rows);
        var (scores, found) = (Floats(images, rows * config.NumClasses), zeros([images], ScalarType.Int32, device));
        Launch(
            "score_detections",
            KernelGrid.Over((long)images * rows),
            new KernelArguments().Add(proposals.Counts).Add(images).Add(probabilities).Add(deltas).Add(rows)
                .Add(config.NumClasses).Add((int)deltas.size(1)).Add((float)config.ScoreThreshold).Add(scores).Add(found));
        return (scores, found);
    }

    /// <summary>Decodes candidates for detections; a candidate's group is its class.</summary>
    /// <param name="images">Their sizes clip the boxes.</param>
    /// <param name="index">(N, k), int64: row * K + class of each.</param>
    /// <param name="scores">(N, k) of these.</param>
    /// <param name="proposals">What the deltas refer to.</param>
    /// <param name="deltas">See <see cref="ScoreDetections"/>.</param>
    /// <param name="config">Classes, and weights of the deltas.</param>
    public CandidateTable DecodeDetections(
        DeviceImages images, Tensor index, Tensor scores, RegionTable proposals, Tensor deltas, RoiHeadsConfig config)
    {
        var k = (int)index.size(1);
        var (boxes, classes) = (Floats(images.Count, k, 4), Ints(images.Count, k));
        Launch(
            "decode_detections",
            KernelGrid.Over((long)images.Count * k),
            new KernelArguments().Add(images.Bytes).Add(images.Count).Add(index).Add(proposals.Boxes).Add(deltas).Add(k)
                .Add(proposals.Rows).Add(config.NumClasses).Add((int)deltas.size(1)).Add(config.BoxWeights)
                .Add((float)BoxTransform.ScaleClamp).Add(boxes).Add(classes));
        return new CandidateTable(boxes, scores, classes);
    }

    /// <summary>Suppression within each group.</summary>
    /// <param name="candidates">Of each image.</param>
    /// <param name="sorted">(N, n): their scores by falling score.</param>
    /// <param name="order">(N, n), int64: where each of these lies; null when they lie so.</param>
    /// <param name="threshold">IoU above which the worse of two boxes goes.</param>
    /// <param name="most">How many are wanted.</param>
    /// <returns>Which candidates stay (N, most), best first, and for each image how many (N); both int32.</returns>
    public (Tensor Kept, Tensor Counts) Suppress(
        CandidateTable candidates, Tensor sorted, Tensor? order, double threshold, int most)
    {
        var (images, total) = (candidates.Images, candidates.Count);
        var words = (total + BitsPerWord - 1) / BitsPerWord;
        var pairs = empty([images, total, words], ScalarType.Int64, device);
        Launch(
            "nms_pairs",
            new KernelGrid((words + 31) / 32, 32, total, images),
            new KernelArguments().Add(candidates.Boxes).Add(candidates.Groups).Add(order).Add(sorted).Add(total).Add(words)
                .Add(Nms.LargestFloatNotAbove(threshold)).Add(pairs));
        var (kept, counts) = (Ints(images, most), empty([images], ScalarType.Int32, device));
        Launch(
            "nms_sweep",
            new KernelGrid(images, ThreadsPerBlock),
            new KernelArguments().Add(pairs).Add(order).Add(sorted).Add(total).Add(words).Add(most).Add(kept).Add(counts));
        return (kept, counts);
    }

    /// <summary>The best of what a suppression leaves, see <see cref="Suppress"/>.</summary>
    public RegionTable Choose(CandidateTable candidates, Tensor sorted, Tensor? order, double threshold, int most)
    {
        var images = candidates.Images;
        var (kept, counts) = Suppress(candidates, sorted, order, threshold, most);
        var chosen = new RegionTable(
            Floats(images, most, 4), Floats(images, most), empty([images, most], ScalarType.Int64, device), counts);
        Launch(
            "choose",
            KernelGrid.Over((long)images * most),
            new KernelArguments().Add(kept).Add(counts).Add(images).Add(most).Add(candidates.Count).Add(candidates.Boxes)
                .Add(candidates.Scores).Add(candidates.Groups).Add(chosen.Boxes).Add(chosen.Scores).Add(chosen.Classes));
        return chosen;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        launcher.Dispose();
    }

    private void Launch(string kernel, KernelGrid grid, KernelArguments arguments)
    {
        using (arguments)
        {
            launcher.Launch(kernel, grid, arguments);
        }
    }

    private Tensor Floats(params ReadOnlySpan<long> shape)
    {
        return empty(shape, device: device);
    }

    private Tensor Ints(params ReadOnlySpan<long> shape)
    {
        return empty(shape, ScalarType.Int32, device);
    }
}
