using Streaming.Config.Detectron;
using Streaming.Model.Backbone;
using Streaming.Model.Ops;
using Streaming.Model.Profiling;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Streaming.Model.Heads;

/// <summary>detectron2's FastRCNNConvFCHead: 3x3 convolutions, then linear layers, each with a ReLU.</summary>
internal sealed class BoxHead : nn.Module<Tensor, Tensor>, IFusable
{
    private readonly List<ConvNorm> _convolutions = [];
    private readonly List<LinearLayer> _linears = [];
    private readonly int _channels;
    private bool _isFused;

    public BoxHead(int channels, RoiHeadsConfig config)
        : base(nameof(BoxHead))
    {
        for (var i = 0; i < config.NumConv; i++)
        {
            var convolution = new ConvNorm(channels, config.ConvDim, 3, norm: config.Norm);
            register_module($"conv{i + 1}", convolution);
            _convolutions.Add(convolution);
            channels = config.ConvDim;
        }

        _channels = channels;
        var width = channels * config.Pooler.Resolution * config.Pooler.Resolution;
        for (var i = 0; i < config.NumFc; i++)
        {
            var linear = new LinearLayer(width, config.FcDim);
            register_module($"fc{i + 1}", linear);
            _linears.Add(linear);
            width = config.FcDim;
        }

        OutWidth = width;
        RegisterComponents();
    }

    /// <summary>Features per region.</summary>
    public int OutWidth { get; }

    /// <summary>(R, C, S, S) to (R, width); the linear layers see the pooled features as (channel, y, x).</summary>
    public override Tensor forward(Tensor pooled)
    {
        using var scope = NewDisposeScope();
        var x = pooled.alias();
        foreach (var convolution in _convolutions)
        {
            x = convolution.ForwardRelu(x);
        }

        x = (_isFused ? x.permute(0, 2, 3, 1) : x).flatten(1);
        foreach (var linear in _linears)
        {
            x = linear.ForwardRelu(x);
        }

        return x.MoveToOuterDisposeScope();
    }

    /// <summary>From now on the first linear layer sees (y, x, channel), as ROIAlign writes them: nothing is put in another order on the way. For detecting only.</summary>
    public void Fuse()
    {
        if (_linears.Count > 0)
        {
            _linears[0].TakeChannelsLast(_channels);
            _isFused = true;
        }
    }
}

#pragma warning disable IDE1006 // fields carry detectron2's names: they become the keys of the state_dict

/// <summary>A linear layer whose weights are left uninitialised: they come from a checkpoint.</summary>
internal sealed class LinearLayer : nn.Module<Tensor, Tensor>, IFusable
{
    private readonly Parameter weight;
    private readonly Parameter bias;
    private bool _isFused;

    public LinearLayer(int inWidth, int outWidth)
        : base(nameof(LinearLayer))
    {
        weight = Uninitialised.RowMajor(outWidth, inWidth);
        bias = Uninitialised.RowMajor(outWidth);
        RegisterComponents();
    }

    /// <summary>(n, in) to (n, out).</summary>
    public override Tensor forward(Tensor input)
    {
        if (_isFused)
        {
            return Fused(input, rectifies: false);
        }

        using var x = MixedPrecision.Factor(input, weight);
        using var factor = MixedPrecision.Factor(weight, weight);
        using var addend = MixedPrecision.Factor(bias, weight);
        var output = nn.functional.linear(x, factor, addend);
        NetworkProfile.Count(output, weight.size(1), x, factor);
        return output;
    }

    /// <summary>The same with a ReLU behind it.</summary>
    public Tensor ForwardRelu(Tensor input)
    {
        return _isFused ? Fused(input, rectifies: true) : forward(input).relu_();
    }

    /// <summary>From now on oneDNN multiplies and takes a ReLU along. For detecting only.</summary>
    public void Fuse()
    {
        _isFused = true;
    }

    /// <summary>Makes it a layer for inputs (y, x, channel) out of one for (channel, y, x).</summary>
    public void TakeChannelsLast(int channels)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        weight.copy_(weight.reshape(weight.size(0), channels, -1).transpose(1, 2).reshape(weight.size(0), -1));
    }

    private Tensor Fused(Tensor input, bool rectifies)
    {
        using var x = MixedPrecision.Factor(input, weight);
        return FusedOps.Linear(x, weight, bias, rectifies);
    }
}
