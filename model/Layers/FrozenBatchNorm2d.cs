using Streaming.Model.Ops;
using static TorchSharp.torch;

namespace Streaming.Model.Layers;

#pragma warning disable IDE1006 // fields carry detectron2's names: they become the keys of the state_dict

/// <summary>Batch norm whose statistics and affine parameters are constants (buffers).</summary>
internal sealed class FrozenBatchNorm2d : nn.Module<Tensor, Tensor>
{
    private const double Epsilon = 1e-5;

    private readonly Tensor weight;
    private readonly Tensor bias;
    private readonly Tensor running_mean;
    private readonly Tensor running_var;

    public FrozenBatchNorm2d(int channels)
        : base(nameof(FrozenBatchNorm2d))
    {
        weight = ones(channels);
        bias = zeros(channels);
        running_mean = zeros(channels);
        running_var = full(channels, Scalars.Of(1 - Epsilon));
        RegisterComponents();
    }

    /// <summary>(N, C, H, W) to the same shape.</summary>
    public override Tensor forward(Tensor input)
    {
        if (!input.requires_grad)
        {
            return nn.functional.batch_norm(input, running_mean, running_var, weight, bias, training: false, eps: Epsilon);
        }

        // With a gradient detectron2 folds the constants first: one multiplication and one addition to differentiate.
        using var scope = NewDisposeScope();
        var scale = weight * running_var.add(Scalars.Of(Epsilon)).rsqrt();
        var shift = bias - (running_mean * scale);
        return (input * scale.reshape(1, -1, 1, 1)).Plus(shift.reshape(1, -1, 1, 1)).MoveToOuterDisposeScope();
    }
}
