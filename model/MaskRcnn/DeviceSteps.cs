using System.Runtime.InteropServices;
using Streaming.Config.Detectron;
using Streaming.Model.Cuda;
using Streaming.Model.Heads;
using Streaming.Model.Proposals;
using Streaming.Model.Structures;
using TorchSharp;
using static TorchSharp.torch;

namespace Streaming.Model.MaskRcnn;

/// <summary>
/// Regions as tables on a GPU: everything is queued there without waiting for any of its numbers, and one transfer fetches the
/// results. What is a list of unknown length elsewhere has a fixed number of rows here, and a count on the device.
/// </summary>
internal sealed class DeviceSteps : IRegionSteps<DeviceImages, RegionTable, DeviceDetections>, IDisposable
{
    /// <summary>
    /// Candidates of an image that enter the suppression of detections, the best; more are rare, and then <see cref="Download"/>
    /// may have no answer.
    /// </summary>
    private const int MostCandidates = 4096;

    private readonly ModelConfig _config;
    private readonly ShapeSpec[] _shapes;
    private readonly int _sizeDivisibility;
    private readonly AnchorGenerator _anchors;
    private readonly CudaKernels _kernels;
    private Tensor? _staging;

    /// <param name="config">The configuration; see <see cref="Supports"/>.</param>
    /// <param name="pyramid">What each level of the pyramid is.</param>
    /// <param name="sizeDivisibility">Images are padded to multiples of it.</param>
    /// <param name="anchors">Of the RPN's levels; their owner's.</param>
    /// <param name="kernels">For the layers' device; owned by this instance.</param>
    public DeviceSteps(
        ModelConfig config,
        IReadOnlyDictionary<string, ShapeSpec> pyramid,
        int sizeDivisibility,
        AnchorGenerator anchors,
        CudaKernels kernels)
    {
        (_config, _sizeDivisibility, _anchors, _kernels) = (config, sizeDivisibility, anchors, kernels);
        _shapes = [.. config.RoiHeads.InFeatures.Select(name => pyramid[name])];
    }

    /// <summary>Whether the tables have room and the kernels what is needed; other networks take the general way.</summary>
    public static bool Supports(ModelConfig config)
    {
        return config.RoiHeads is { DetectionsPerImage: > 0, Pooler.IsAligned: true }
            && config.MaskHead?.Pooler.IsAligned != false
            && config.Rpn.PreNmsTopK * config.Rpn.InFeatures.Count <= CudaKernels.MostCandidates
            && config.Rpn.InFeatures.Count <= KernelLevels.Most;
    }

    /// <summary>Sizes and pixels in one transfer, from memory that is kept: results are read before it is filled again.</summary>
    public (DeviceImages Images, Tensor Input) Upload(IReadOnlyList<PreprocessedImage> images)
    {
        var header = images.Count * DeviceImages.HeaderSize;
        var size = header + images.Sum(image => image.Pixels.Length);
        if (_staging is null || _staging.size(0) < size)
        {
            _staging?.Dispose();
            using var pageable = empty(size, ScalarType.Byte);
            _staging = (_kernels.Device.type == DeviceType.CUDA ? pageable.pin_memory() : pageable.alias())
                .DetachFromDisposeScope();
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

        var batch = new DeviceImages(_staging.narrow(0, 0, size).to(_kernels.Device, non_blocking: true), images.Count);
        var padded = ImageList.PaddedSize(images.Select(image => image.Size), _sizeDivisibility);
        return (batch, _kernels.Preprocess(batch, padded, _config.Input));
    }

    /// <inheritdoc/>
    public RegionTable Propose(DeviceImages images, IReadOnlyList<LevelPrediction> predictions)
    {
        var rpn = _config.Rpn;
        int[] counts = [.. predictions.Select(level => (int)Math.Min(rpn.PreNmsTopK, level.Logits.size(1)))];
        var candidates = _kernels.Candidates(images.Count, counts.Sum());
        var offset = 0;
        for (var level = 0; level < counts.Length; level++)
        {
            var (logits, deltas, featureSize) = predictions[level];
            var (top, index) = logits.topk(counts[level], dim: 1);
            _kernels.DecodeProposals(
                images,
                index.contiguous(),
                top.contiguous(),
                deltas.contiguous(),
                _anchors.Grid(level, featureSize),
                level,
                rpn,
                candidates,
                offset);
            offset += counts[level];
        }

        var (sorted, order) = candidates.Scores.sort(dim: 1, descending: true, stable: true);
        return _kernels.Choose(candidates, sorted.contiguous(), order.contiguous(), rpn.NmsThreshold, rpn.PostNmsTopK);
    }

    /// <inheritdoc/>
    public Tensor? PoolProposals(IReadOnlyDictionary<string, Tensor> pyramid, RegionTable proposals)
    {
        return Pool(pyramid, proposals, _config.RoiHeads.Pooler);
    }

    /// <inheritdoc/>
    public DeviceDetections Select(DeviceImages images, RegionTable proposals, BoxPredictions? predictions)
    {
        var heads = _config.RoiHeads;
        var (probabilities, deltas) = (predictions!.Logits.softmax(1).contiguous(), predictions.Deltas.contiguous());
        var (scores, found) = _kernels.ScoreDetections(proposals, probabilities, deltas, heads);
        var count = (int)Math.Min(scores.size(1), MostCandidates);
        var (top, index) = scores.topk(count, dim: 1);
        var sorted = top.contiguous();
        var candidates = _kernels.DecodeDetections(images, index.contiguous(), sorted, proposals, deltas, heads);
        return new DeviceDetections(
            _kernels.Choose(candidates, sorted, order: null, heads.NmsThreshold, heads.DetectionsPerImage), found, count);
    }

    /// <inheritdoc/>
    public (Tensor Features, Tensor Classes)? PoolDetections(
        IReadOnlyDictionary<string, Tensor> pyramid, DeviceDetections detections)
    {
        return (Pool(pyramid, detections.Regions, _config.MaskHead!.Pooler), detections.Regions.Classes.flatten());
    }

    /// <summary>One transfer; null when an image has so many candidates that the best of them do not decide it.</summary>
    public RawDetections[]? Download(IReadOnlyList<PreprocessedImage> images, DeviceDetections detections, Tensor? masks)
    {
        var regions = detections.Regions;
        Tensor[] parts =
        [
            regions.Counts.unsqueeze(1), detections.Found.unsqueeze(1), regions.Boxes.flatten(1), regions.Scores, regions.Classes,
            .. masks is null ? Array.Empty<Tensor>() : [masks.reshape(images.Count, -1)],
        ];
        using var packed = cat([.. parts.Select(part => part.to(ScalarType.Float32))], 1).cpu();
        return Unpack(MemoryMarshal.Cast<byte, float>(packed.bytes), images, detections.Candidates);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _staging?.Dispose();
        _kernels.Dispose();
    }

    private Tensor Pool(IReadOnlyDictionary<string, Tensor> pyramid, RegionTable regions, PoolerConfig pooler)
    {
        Tensor[] maps = [.. _config.RoiHeads.InFeatures.Select(name => pyramid[name].permute(0, 2, 3, 1).contiguous())];
        return _kernels.RoiAlign(maps, _shapes, regions, pooler);
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
            var detections = new BoxDetections(boxes, scores, classes, []);
            results[i] = DetectorPostprocess.Apply(detections, masks, images[i].Size, images[i].OriginalSize);
        }

        return results;
    }
}
