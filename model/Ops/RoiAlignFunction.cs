using static TorchSharp.torch;

namespace Streaming.Model.Ops;

/// <summary>ROIAlign as libtorch's automatic differentiation sees it: the CPU kernel and its gradient.</summary>
internal sealed class RoiAlignFunction : autograd.SingleTensorFunction<RoiAlignFunction>
{
    /// <inheritdoc/>
    public override string Name => nameof(RoiAlignFunction);

    /// <summary>
    /// A <see cref="RoiAlign.Kernel"/> for the CPU whose result can be differentiated with respect to the feature maps.
    /// </summary>
    public static Tensor Pool(
        IReadOnlyList<Tensor> levels, IReadOnlyList<double> scales, RoiBatch rois, int resolution, int samplingRatio)
    {
        if (!is_grad_enabled() || !levels.Any(level => level.requires_grad))
        {
            return RoiAlign.FastCpu(levels, scales, rois, resolution, samplingRatio);
        }

        using var scope = NewDisposeScope();
        var call = new Call(scales, rois, resolution, samplingRatio, [.. levels.Select(level => level.shape)]);
        return apply([call, .. levels.Select(MixedPrecision.Full)]).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var call = (Call)vars[0];
        ctx.save_data(nameof(Call), call);
        return RoiAlign.FastCpu([.. vars.Skip(1).Cast<Tensor>()], call.Scales, call.Rois, call.Resolution, call.SamplingRatio);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var call = (Call)ctx.get_data(nameof(Call));
        var gradients = RoiAlignGradient.Of(
            grad_output, call.Shapes, call.Scales, call.Rois, call.Resolution, call.SamplingRatio);
        return [null!, .. gradients];
    }

    private sealed record Call(IReadOnlyList<double> Scales, RoiBatch Rois, int Resolution, int SamplingRatio, long[][] Shapes);
}
