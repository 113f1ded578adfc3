using System.Runtime.InteropServices;
using Streaming.Config.Detectron;
using Streaming.Model.Backbone;
using Streaming.Model.Heads;
using Streaming.Model.Ops;
using Streaming.Model.Profiling;
using Streaming.Model.Structures;
using TorchSharp;
using static TorchSharp.torch;

namespace Streaming.Model.Cuda;

/// <summary>
/// The way of a batch through a network that lies on a GPU: everything is queued there without waiting for any of its numbers, and one transfer
/// fetches the results. What is a list of unknown length elsewhere is a table with a fixed number of rows here and a count on the device.
/// </summary>
internal sealed class DeviceNetwork : IDisposable
{
    /// <summary>Candidates that enter the suppression of detections, the best of an image; more are rare, and then <see cref="Detect"/> says so.</summary>
    private const int MostCandidates = 4096;

    /// <summary>Boxes that a suppression can take; see "removed" in kernels.cu.</summary>
    private const int MostPlaces = 256 * 64;

    private const int SweepThreads = 256;

    private readonly MaskRcnn _network;
    private readonly ModelConfig _config;
    private readonly IKernelLauncher _launcher;
    private readonly Device _device;
    private Tensor? _staging;

    /// <param name="network">On its device; the caller's.</param>
    /// <param name="config">What it was made of; see <see cref="Supports"/>.</param>
    /// <param name="launcher">Runs kernels there; goes with this.</param>
    /// <param name="device">The device.</param>
    public DeviceNetwork(MaskRcnn network, ModelConfig config, IKernelLauncher launcher, Device device)
    {
        (_network, _config, _launcher, _device) = (network, config, launcher, device);
    }

    /// <summary>Whether the tables of a network have room; others take the general way.</summary>
    public static bool Supports(ModelConfig config)
    {
        return config.RoiHeads.DetectionsPerImage > 0
            && config.RoiHeads.Pooler.IsAligned
            && config.MaskHead?.Pooler.IsAligned != false
            && config.Rpn.PreNmsTopK * config.Rpn.InFeatures.Count <= MostPlaces
            && config.Rpn.InFeatures.Count <= KernelLevels.Most;
    }

    /// <summary>What is in the images; null when one of them has so many candidates that the best of them do not decide it. In inference mode.</summary>
    public RawDetections[]? Detect(IReadOnlyList<PreprocessedImage> images)
    {
        using var scope = NewDisposeScope();
        NetworkProfile.Enter(NetworkPart.Input);
        var staging = Upload(images);
        var pyramid = _network.Backbone.Forward(Prepare(staging, images));
        var proposals = Propose(staging, pyramid, images.Count);
        var (detections, found, candidates) = DetectBoxes(staging, pyramid, proposals, images.Count);
        Tensor[] parts =
        [
            detections.Counts.unsqueeze(1), found.unsqueeze(1), detections.Boxes.flatten(1), detections.Scores, detections.Classes,
            .. Masks(pyramid, detections, images.Count),
        ];
        using var packed = cat([.. parts.Select(part => part.to(ScalarType.Float32))], 1).cpu();
        return Unpack(MemoryMarshal.Cast<byte, float>(packed.bytes), images, candidates);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _staging?.Dispose();
        _launcher.Dispose();
    }

    /// <summary>Feature maps for kernels: channels side by side.</summary>
    internal static KernelLevels LevelsOf(IReadOnlyList<Tensor> maps, IReadOnlyList<double> scales, int first)
    {
        var levels = new KernelLevels { Count = maps.Count, First = first, Type = maps[0].dtype switch { ScalarType.BFloat16 => 1, ScalarType.Float16 => 2, _ => 0 } };
        for (var i = 0; i < maps.Count; i++)
        {
            levels.Level[i] = new KernelLevel { Map = KernelArguments.AddressOf(maps[i]), Height = (int)maps[i].size(1), Width = (int)maps[i].size(2), Scale = (float)scales[i] };
        }

        return levels;
    }

    /// <summary>Sizes and pixels in one transfer, from memory that is kept: results are read before it is filled again.</summary>
    private Tensor Upload(IReadOnlyList<PreprocessedImage> images)
    {
        var header = images.Count * 3 * sizeof(int);
        var size = header + images.Sum(image => image.Pixels.Length);
        if (_staging is null || _staging.size(0) < size)
        {
            _staging?.Dispose();
            using var pageable = empty(size, ScalarType.Byte);
            _staging = (_device.type == DeviceType.CUDA ? pageable.pin_memory() : pageable.alias()).DetachFromDisposeScope();
        }

        var bytes = _staging.bytes;
        var table = MemoryMarshal.Cast<byte, int>(bytes[..header]);
        var at = header;
        for (var i = 0; i < images.Count; i++)
        {
            (table[i * 3], table[(i * 3) + 1], table[(i * 3) + 2]) = (images[i].Size.Height, images[i].Size.Width, at);
            images[i].Pixels.CopyTo(bytes[at..]);
            at += images[i].Pixels.Length;
        }

        return _staging.narrow(0, 0, size).to(_device, non_blocking: true);
    }

    private Tensor Prepare(Tensor staging, IReadOnlyList<PreprocessedImage> images)
    {
        var size = ImageList.PaddedSize(images.Select(image => image.Size), _network.Backbone.SizeDivisibility);
        var batch = empty([images.Count, size.Height, size.Width, 3], device: _device);
        var (mean, std) = (_config.Input.PixelMean, _config.Input.PixelStd);
        _launcher.Launch(
            "prepare", KernelGrid.Over(batch.numel() / 3), staging, images.Count, size.Height, size.Width, _config.Input.IsRgb ? 1 : 0,
            (float)mean[0], (float)mean[1], (float)mean[2], (float)std[0], (float)std[1], (float)std[2], batch);
        return batch.permute(0, 3, 1, 2);
    }

    private Chosen Propose(Tensor staging, Dictionary<string, Tensor> pyramid, int images)
    {
        var rpn = _config.Rpn;
        NetworkProfile.Enter(NetworkPart.Rpn);
        var predictions = _network.ProposalGenerator.Predict(pyramid);
        NetworkProfile.Enter(NetworkPart.Proposals);
        int[] counts = [.. predictions.Select(prediction => (int)Math.Min(rpn.PreNmsTopK, prediction.Logits.size(1)))];
        var total = counts.Sum();
        var (boxes, scores, groups) = (Floats(images, total, 4), Floats(images, total), Ints(images, total));
        var offset = 0;
        for (var level = 0; level < counts.Length; level++)
        {
            var (logits, deltas, featureSize) = predictions[level];
            var (top, index) = logits.topk(counts[level], dim: 1);
            _launcher.Launch(
                "decode_proposals", KernelGrid.Over((long)images * counts[level]), staging, images, index.contiguous(), top.contiguous(), deltas.contiguous(),
                _network.ProposalGenerator.Anchors(level, featureSize), counts[level], (int)logits.size(1),
                (float)rpn.BoxWeights[0], (float)rpn.BoxWeights[1], (float)rpn.BoxWeights[2], (float)rpn.BoxWeights[3], (float)BoxTransform.ScaleClamp,
                (float)rpn.MinSize, level, offset, total, boxes, scores, groups);
            offset += counts[level];
        }

        var (sorted, order) = scores.sort(dim: 1, descending: true, stable: true);
        return Choose(boxes, scores, groups, order.contiguous(), sorted.contiguous(), rpn.NmsThreshold, rpn.PostNmsTopK);
    }

    /// <summary>Detections, for each image how many candidates it had, and how many were looked at.</summary>
    private (Chosen Detections, Tensor Found, int Candidates) DetectBoxes(Tensor staging, Dictionary<string, Tensor> pyramid, Chosen proposals, int images)
    {
        var heads = _config.RoiHeads;
        NetworkProfile.Enter(NetworkPart.RoiAlign);
        var pooled = Pool(pyramid, proposals, heads.Pooler);
        NetworkProfile.Enter(NetworkPart.BoxHead);
        var (_, logits, deltas) = _network.RoiHeads.PredictBoxes(pooled);
        NetworkProfile.Enter(NetworkPart.Detections);
        var (probabilities, predicted) = (logits.softmax(1).contiguous(), deltas.contiguous());
        var (rows, perBox) = ((int)proposals.Scores.size(1), (int)predicted.size(1));
        var (scores, found) = (Floats(images, rows * heads.NumClasses), zeros([images], ScalarType.Int32, _device));
        _launcher.Launch(
            "score_detections", KernelGrid.Over((long)images * rows), proposals.Counts, images, probabilities, predicted, rows, heads.NumClasses, perBox,
            (float)heads.ScoreThreshold, scores, found);
        var candidates = Math.Min(rows * heads.NumClasses, MostCandidates);
        var (top, index) = scores.topk(candidates, dim: 1);
        (top, index) = (top.contiguous(), index.contiguous());
        var (boxes, classes) = (Floats(images, candidates, 4), Ints(images, candidates));
        _launcher.Launch(
            "decode_detections", KernelGrid.Over((long)images * candidates), staging, images, index, proposals.Boxes, predicted, candidates, rows, heads.NumClasses, perBox,
            (float)heads.BoxWeights[0], (float)heads.BoxWeights[1], (float)heads.BoxWeights[2], (float)heads.BoxWeights[3], (float)BoxTransform.ScaleClamp, boxes, classes);
        return (Choose(boxes, top, classes, null, top, heads.NmsThreshold, heads.DetectionsPerImage), found, candidates);
    }

    /// <summary>Probabilities (N, detections * side * side), or nothing without a mask branch.</summary>
    private Tensor[] Masks(Dictionary<string, Tensor> pyramid, Chosen detections, int images)
    {
        if (_network.RoiHeads.MaskHead is not { } head)
        {
            return [];
        }

        NetworkProfile.Enter(NetworkPart.RoiAlign);
        var pooled = Pool(pyramid, detections, _config.MaskHead!.Pooler);
        NetworkProfile.Enter(NetworkPart.MaskHead);
        return [head.Forward(pooled, detections.Classes.flatten()).sigmoid().reshape(images, -1)];
    }

    /// <summary>(N * rows, C, resolution, resolution); zeros for rows that are not meant.</summary>
    private Tensor Pool(Dictionary<string, Tensor> pyramid, Chosen regions, PoolerConfig pooler)
    {
        var names = _config.RoiHeads.InFeatures;
        Tensor[] maps = [.. names.Select(name => pyramid[name].permute(0, 2, 3, 1).contiguous())];
        var (rows, channels, side) = (regions.Scores.numel(), (int)maps[0].size(3), pooler.Resolution);
        var pooled = empty([rows, side, side, channels], device: _device);
        var levels = LevelsOf(maps, [.. names.Select(name => 1.0 / Fpn.Stride(name))], names[0][1] - '0');
        _launcher.Launch(
            "roi_align", new KernelGrid((int)rows * side * side, Math.Min(channels, SweepThreads)), levels, regions.Boxes, regions.Counts, (int)regions.Scores.size(1),
            channels, side, pooler.SamplingRatio, pooled);
        return pooled.permute(0, 3, 1, 2);
    }

    /// <summary>
    /// Suppression within each group, and of what stays the best. Boxes (N, n, 4), values and groups (N, n); sorted holds the values by falling score,
    /// order where each of them lies, null when they lie so.
    /// </summary>
    private Chosen Choose(Tensor boxes, Tensor values, Tensor groups, Tensor? order, Tensor sorted, double threshold, int most)
    {
        var (images, total) = ((int)sorted.size(0), (int)sorted.size(1));
        var words = (total + 63) / 64;
        var pairs = empty([images, total, words], ScalarType.Int64, _device);
        _launcher.Launch(
            "nms_pairs", new KernelGrid((words + 31) / 32, 32, total, images), boxes, groups, order, sorted, total, words, Nms.LargestFloatNotAbove(threshold), pairs);
        var (kept, counts) = (Ints(images, most), empty([images], ScalarType.Int32, _device));
        _launcher.Launch("nms_sweep", new KernelGrid(images, SweepThreads), pairs, order, sorted, total, words, most, kept, counts);
        var chosen = new Chosen(Floats(images, most, 4), Floats(images, most), empty([images, most], ScalarType.Int64, _device), counts);
        _launcher.Launch(
            "choose", KernelGrid.Over((long)images * most), kept, counts, images, most, total, boxes, values, groups, chosen.Boxes, chosen.Scores, chosen.Classes);
        return chosen;
    }

    private RawDetections[]? Unpack(ReadOnlySpan<float> packed, IReadOnlyList<PreprocessedImage> images, int candidates)
    {
        var most = _config.RoiHeads.DetectionsPerImage;
        var width = packed.Length / images.Count;
        var perMask = (width - 2 - (6 * most)) / most;
        var results = new RawDetections[images.Count];
        for (var i = 0; i < results.Length; i++)
        {
            var row = packed.Slice(i * width, width);
            var (count, found) = ((int)row[0], row[1]);
            if (found > candidates && count < most)
            {
                return null;
            }

            var boxes = MemoryMarshal.Cast<float, Box>(row.Slice(2, 4 * count)).ToArray();
            var scores = row.Slice(2 + (4 * most), count).ToArray();
            var classes = Array.ConvertAll(row.Slice(2 + (5 * most), count).ToArray(), value => (int)value);
            var masks = perMask == 0 ? null : row.Slice(2 + (6 * most), count * perMask).ToArray();
            results[i] = DetectorPostprocess.Apply(new BoxDetections(boxes, scores, classes, []), masks, images[i].Size, images[i].OriginalSize);
        }

        return results;
    }

    private Tensor Floats(params ReadOnlySpan<long> shape)
    {
        return empty(shape, device: _device);
    }

    private Tensor Ints(params ReadOnlySpan<long> shape)
    {
        return empty(shape, ScalarType.Int32, _device);
    }

    /// <summary>For each image the same number of rows, of which the first ones are meant, best first; the others are zeros.</summary>
    /// <param name="Boxes">(N, rows, 4).</param>
    /// <param name="Scores">(N, rows).</param>
    /// <param name="Classes">(N, rows), int64: for proposals the level.</param>
    /// <param name="Counts">(N), int32: how many are meant.</param>
    private sealed record Chosen(Tensor Boxes, Tensor Scores, Tensor Classes, Tensor Counts);
}
