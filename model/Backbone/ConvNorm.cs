using Streaming.Config.Detectron;
using Streaming.Model.Cuda;
using Streaming.Model.Ops;
using Streaming.Model.Profiling;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Streaming.Model.Backbone;

#pragma warning disable IDE1006 // fields carry detectron2's names: they become the keys of the state_dict

/// <summary>
/// detectron2's Conv2d: a convolution that owns the norm behind it, so that the keys are "weight", "bias" and "norm.*".
/// Weights are left uninitialised: they come from a checkpoint.
/// </summary>
internal sealed class ConvNorm : nn.Module<Tensor, Tensor>, IFusable
{
    /// <summary>Of batch norm in detectron2 and PyTorch.</summary>
    private const double Epsilon = 1e-5;

    private readonly Parameter weight;
    private readonly Parameter? bias;
    private readonly nn.Module<Tensor, Tensor>? norm;
    private Tensor? _foldedBias;
    private readonly long[] _stride;
    private readonly long[] _padding;
    private readonly int _groups;
    private WinogradConvolution? _winograd;
    private bool _isFused;
    private bool _isFusedOnGpu;

    /// <param name="inChannels">Channels in.</param>
    /// <param name="outChannels">Channels out.</param>
    /// <param name="kernel">Side of the kernel; padding keeps the size at stride 1.</param>
    /// <param name="stride">Step of the kernel.</param>
    /// <param name="groups">Groups of channels.</param>
    /// <param name="norm">The norm, or null for a bias instead.</param>
    public ConvNorm(int inChannels, int outChannels, int kernel, int stride = 1, int groups = 1, NormKind? norm = null)
        : base(nameof(ConvNorm))
    {
        weight = Uninitialised.ChannelsLast(outChannels, inChannels / groups, kernel, kernel);
        bias = norm is null ? Uninitialised.RowMajor(outChannels) : null;
        this.norm = norm switch
        {
            NormKind.FrozenBN => new FrozenBatchNorm2d(outChannels),
            NormKind.BN => nn.BatchNorm2d(outChannels),
            _ => null,
        };
        (_stride, _padding, _groups) = ([stride, stride], [kernel / 2, kernel / 2], groups);
        RegisterComponents();
    }

    /// <summary>(out, in, kernel, kernel); the module owns them.</summary>
    public Tensor Weights => weight;

    /// <summary>(out), or null with a norm that has not been taken in; the module owns them.</summary>
    public Tensor? Biases => _foldedBias ?? bias;

    /// <summary>(N, C, H, W) to (N, C', H / stride, W / stride).</summary>
    public override Tensor forward(Tensor input)
    {
        var convolved = Convolve(input);
        if (norm is null || _foldedBias is not null)
        {
            return convolved;
        }

        using (convolved)
        {
            return norm.forward(convolved);
        }
    }

    /// <summary>The same with a ReLU behind it.</summary>
    public Tensor ForwardRelu(Tensor input)
    {
        if (_isFusedOnGpu)
        {
            using var x = MixedPrecision.Factor(input, weight);
            return CudnnOps.ConvolutionRelu(x, weight, Biases!, (int)_stride[0], (int)_padding[0], _groups);
        }

        return _isFused ? Fused(input, rectifies: true) : forward(input).relu_();
    }

    /// <summary>The same added to a sum, with a ReLU behind it if wanted. The sum may hold the result afterwards: the caller needs it no more.</summary>
    public Tensor ForwardOnto(Tensor sum, Tensor input, bool rectifies)
    {
        if (_isFusedOnGpu && rectifies && sum.dtype == weight.dtype)
        {
            using var factor = MixedPrecision.Factor(input, weight);
            return CudnnOps.ConvolutionAddRelu(factor, weight, sum, Biases!, (int)_stride[0], (int)_padding[0], _groups);
        }

        if (!_isFused || _winograd is not null)
        {
            var output = forward(input).PlusInPlace(sum);
            return rectifies ? output.relu_() : output;
        }

        var total = MixedPrecision.Factor(sum, weight);
        using var x = Read(input, out var stride);
        FusedOps.AddConvolution(total, x, weight, Biases!, stride, (int)_padding[0], _groups, rectifies);
        return total;
    }

    /// <summary>From now on bias, sum and ReLU are taken along in one pass. For detecting only, behind <see cref="Fold"/> and in the type that the weights keep.</summary>
    public void Fuse()
    {
        _isFused = Biases is not null;
    }

    /// <summary>Behind <see cref="Fuse"/>: from now on computed with fewer multiplications, if it is a convolution that gains by it.</summary>
    public void UseWinograd()
    {
        if (_isFused && WinogradConvolution.Suits(weight, (int)_stride[0], _groups))
        {
            _winograd = new WinogradConvolution(weight, Biases!);
        }
    }

    /// <summary>The same on a GPU, see <see cref="CudnnOps"/>.</summary>
    public void FuseOnGpu()
    {
        _isFusedOnGpu = Biases is not null;
    }

    /// <summary>
    /// Takes the norm's constants into the convolution: one pass over the pixels less. For detecting only: the weights are no longer those of the checkpoint.
    /// </summary>
    public void Fold()
    {
        if (norm is null || _foldedBias is not null)
        {
            return;
        }

        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var state = norm.state_dict();
        var scale = state["weight"] * state["running_var"].add(Scalars.Of(Epsilon)).rsqrt();
        _foldedBias = (state["bias"] - (state["running_mean"] * scale)).DetachFromDisposeScope();
        weight.mul_(scale.reshape(-1, 1, 1, 1));
    }

    /// <summary>Makes what <see cref="Fold"/> has added the type of the weights.</summary>
    public void MatchWeights()
    {
        if (_foldedBias is { } sum && sum.dtype != weight.dtype)
        {
            _foldedBias = sum.to(weight.dtype).DetachFromDisposeScope();
            sum.Dispose();
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _foldedBias?.Dispose();
            _winograd?.Dispose();
        }

        base.Dispose(disposing);
    }

    private Tensor Fused(Tensor input, bool rectifies)
    {
        using var x = Read(input, out var stride);
        return _winograd?.Apply(x, rectifies) ?? FusedOps.Convolution(x, weight, Biases!, stride, (int)_padding[0], _groups, rectifies);
    }

    /// <summary>The input in the weights' type. If that is another, a 1x1 convolution with a stride has only those pixels changed that it reads.</summary>
    private Tensor Read(Tensor input, out int stride)
    {
        stride = (int)_stride[0];
        if (stride == 1 || weight.size(2) > 1 || input.dtype == weight.dtype)
        {
            return MixedPrecision.Factor(input, weight);
        }

        using var read = input.slice(2, 0, input.size(2), stride).slice(3, 0, input.size(3), stride);
        stride = 1;
        return MixedPrecision.Factor(read, weight);
    }

    private Tensor Convolve(Tensor input)
    {
        if (_isFused)
        {
            return Fused(input, rectifies: false);
        }

        using var x = MixedPrecision.Factor(input, weight);
        using var factor = MixedPrecision.Factor(weight, weight);
        using var addend = Biases is { } sum ? MixedPrecision.Factor(sum, weight) : null;
        var output = nn.functional.conv2d(x, factor, addend, _stride, _padding, groups: _groups);
        NetworkProfile.Count(output, weight.numel() / weight.size(0), x, factor);
        return output;
    }
}
