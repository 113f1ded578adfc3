using Streaming.Config.Detectron;
using Streaming.Model.Backbone;
using Streaming.Model.Cuda;
using Streaming.Model.Heads;
using Streaming.Model.Ops;
using Streaming.Model.Proposals;
using Streaming.Model.Structures;
using TorchSharp;
using static TorchSharp.torch;

namespace Streaming.Model;

#pragma warning disable IDE1006 // fields carry detectron2's names: they become the keys of the state_dict

/// <summary>
/// Mask R-CNN (He et al. 2017), or Faster R-CNN without the mask branch: detectron2's GeneralizedRCNN with a ResNet, a
/// feature pyramid and StandardROIHeads. The keys of the state_dict are detectron2's to the letter.
/// </summary>
internal sealed class MaskRcnn : nn.Module
{
    /// <summary>
    /// Pixels have more than bfloat16's eight bits once their mean is taken off; the pyramid's coarse levels are sums of all that is above them. float16 has eleven.
    /// </summary>
    private static readonly string[] Coarse = ["bottom_up.stem.", "bottom_up.res2.", "fpn_lateral4", "fpn_lateral5"];

    /// <summary>Scores and boxes are read off the predictors.</summary>
    private static readonly string[] Predictors = ["rpn_head.objectness_logits", "rpn_head.anchor_deltas", "box_predictor."];

    /// <summary>The sum that runs through res3, which all later stages stand on, is made of what these layers of its blocks give.</summary>
    private static readonly string[] Summands = [".shortcut", ".conv3"];

    private readonly Fpn backbone;
    private readonly Rpn proposal_generator;
    private readonly RoiHeads roi_heads;

    /// <summary>Builds the network on the CPU with uninitialised weights.</summary>
    /// <param name="config">The architecture.</param>
    /// <param name="kernels">Forms of the operations for the device it will run on.</param>
    /// <param name="device">That device; moving the module there is the caller's.</param>
    public MaskRcnn(ModelConfig config, Kernels kernels, Device device)
        : base(nameof(MaskRcnn))
    {
        backbone = new Fpn(new ResNet(config.ResNet, config.Fpn.InFeatures[^1]), config.Fpn);
        proposal_generator = new Rpn(config.Fpn.OutChannels, config.Rpn, config.Anchors, kernels.Nms, device);
        roi_heads = new RoiHeads(config.Fpn.OutChannels, config.RoiHeads, config.MaskHead, kernels);
        RegisterComponents();
    }

    /// <summary>The pyramid.</summary>
    public Fpn Backbone => backbone;

    /// <summary>The region proposal network.</summary>
    public Rpn ProposalGenerator => proposal_generator;

    /// <summary>The box and mask branches.</summary>
    public RoiHeads RoiHeads => roi_heads;

    /// <summary>
    /// Detections for each image of a batch, with mask probabilities (n, 2S, 2S) as one array an image, or null without masks.
    /// </summary>
    /// <param name="batch">(N, 3, H, W), normalised and padded; sides are multiples of the backbone's divisibility.</param>
    /// <param name="images">Sizes of the N images without padding.</param>
    public (BoxDetections Boxes, float[]? Masks)[] Forward(Tensor batch, IReadOnlyList<ImageSize> images)
    {
        using var scope = NewDisposeScope();
        var pyramid = backbone.Forward(batch);
        var proposals = proposal_generator.Forward(pyramid, images);
        var detections = roi_heads.DetectBoxes(pyramid, [.. proposals.Select(p => p.Boxes)], images);
        var masks = Masks(pyramid, detections);
        return [.. detections.Zip(masks)];
    }

    /// <summary>Takes the constants of the norms into the convolutions. For detecting only.</summary>
    public void FoldNorms()
    {
        foreach (var convolution in modules().OfType<ConvNorm>())
        {
            convolution.Fold();
        }
    }

    /// <summary>From now on convolutions and matrix products are computed in bfloat16 or float16, but for those that tell most in the result and cost least.</summary>
    public void Narrow(ScalarType type)
    {
        foreach (var (name, module) in named_modules())
        {
            if (module is ConvNorm or LinearLayer or Deconvolution && !IsSensitive(name, type))
            {
                module.to(type);
                (module as ConvNorm)?.MatchWeights();
            }
        }
    }

    /// <summary>From now on operations that follow each other are computed in one pass where oneDNN can. For detecting only.</summary>
    public void Fuse()
    {
        foreach (var module in modules().OfType<IFusable>())
        {
            module.Fuse();
        }
    }

    /// <summary>Behind <see cref="Fuse"/>: 3x3 convolutions in float32 take a quarter of the multiplications, see <see cref="WinogradConvolution"/>.</summary>
    public void UseWinograd()
    {
        foreach (var convolution in modules().OfType<ConvNorm>())
        {
            convolution.UseWinograd();
        }
    }

    /// <summary>The same on a GPU where cuDNN can. For detecting only.</summary>
    public void FuseOnGpu(Device device)
    {
        var have = new Dictionary<ScalarType, bool>();
        foreach (var convolution in modules().OfType<ConvNorm>())
        {
            var type = convolution.Weights.dtype;
            if (have.TryGetValue(type, out var has) ? has : have[type] = CudnnOps.Have(device, type))
            {
                convolution.FuseOnGpu();
            }
        }
    }

    private static bool IsSensitive(string name, ScalarType type)
    {
        return Predictors.Any(part => name.Contains(part, StringComparison.Ordinal))
            || (type == ScalarType.BFloat16
                && (Coarse.Any(part => name.Contains(part, StringComparison.Ordinal))
                    || (name.Contains("bottom_up.res3.", StringComparison.Ordinal) && Summands.Any(end => name.EndsWith(end, StringComparison.Ordinal)))));
    }

    private float[]?[] Masks(Dictionary<string, Tensor> pyramid, BoxDetections[] detections)
    {
        int[] classes = [.. detections.SelectMany(d => d.Classes)];
        if (classes.Length == 0)
        {
            return [.. detections.Select(_ => roi_heads.HasMasks ? Array.Empty<float>() : null)];
        }

        using var logits = roi_heads.MaskLogits(pyramid, [.. detections.Select(d => d.Boxes)], classes);
        if (logits is null)
        {
            return new float[]?[detections.Length];
        }

        using var probabilities = logits.sigmoid();
        var all = probabilities.ToArray<float>();
        var perMask = all.Length / classes.Length;
        var row = 0;
        return [.. detections.Select(d => all[(row * perMask)..((row += d.Count) * perMask)])];
    }
}
