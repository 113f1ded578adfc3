using Streaming.Config.Detectron;
using Streaming.Model.Ops;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Streaming.Training.Solver;

/// <summary>
/// Stochastic gradient descent with momentum, as torch.optim.SGD computes it, with detectron2's exceptions for norms and
/// biases. TorchSharp's own makes temporary numbers (see <see cref="Scalars"/>).
/// </summary>
internal sealed class Sgd : IDisposable
{
    private readonly List<(string Name, Parameter Parameter, double Decay, double RateFactor)> _parameters = [];
    private readonly Dictionary<string, Tensor> _momentum = [];
    private readonly SolverConfig _config;

    /// <param name="network">What of it needs a gradient learns.</param>
    /// <param name="config">Rates and decays.</param>
    public Sgd(nn.Module network, SolverConfig config)
    {
        _config = config;
        foreach (var (name, parameter) in network.named_parameters().Where(item => item.parameter.requires_grad))
        {
            var isNorm = name.Contains(".norm.", StringComparison.Ordinal);
            var isBias = name.EndsWith(".bias", StringComparison.Ordinal);
            var decay = isNorm ? config.WeightDecayNorm : config.WeightDecay;
            _parameters.Add((name, parameter, isBias ? config.WeightDecayBias ?? decay : decay, isBias ? config.BiasFactor : 1));
        }
    }

    /// <summary>The running sums of steps, by parameter; empty before the first step.</summary>
    public IReadOnlyDictionary<string, Tensor> Momentum => _momentum;

    /// <summary>Sets a running sum, to go on with.</summary>
    public void Restore(string name, ReadOnlySpan<float> values)
    {
        using var guard = no_grad();
        using var flat = from_array(values.ToArray());
        using var shaped = flat.reshape(_parameters.Single(item => item.Name == name).Parameter.shape);
        _momentum[name] = zeros_like(_parameters.Single(item => item.Name == name).Parameter).DetachFromDisposeScope();
        _momentum[name].copy_(shaped);
    }

    /// <summary>One step along the gradients, which are cleared.</summary>
    /// <param name="learningRate">Of this iteration.</param>
    public void Step(double learningRate)
    {
        using var guard = no_grad();
        foreach (var (name, parameter, decay, rateFactor) in _parameters)
        {
            using var scope = NewDisposeScope();
            if (parameter.grad is not { } gradient)
            {
                continue;
            }

            Clip(parameter);
            var step = decay == 0 ? gradient : gradient.add(parameter, Scalars.Of(decay));
            if (_config.Momentum > 0)
            {
                if (_momentum.TryGetValue(name, out var sum))
                {
                    sum.mul_(Scalars.Of(_config.Momentum)).PlusInPlace(step);
                }
                else
                {
                    _momentum[name] = sum = step.clone().DetachFromDisposeScope();
                }

                step = _config.IsNesterov ? step.add(sum, Scalars.Of(_config.Momentum)) : sum;
            }

            using var rate = (-learningRate * rateFactor).ToScalar();
            parameter.add_(step, rate);
            parameter.grad = null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var sum in _momentum.Values)
        {
            sum.Dispose();
        }

        _momentum.Clear();
    }

    /// <summary>detectron2 clips each parameter's gradient by itself.</summary>
    private void Clip(Parameter parameter)
    {
        if (_config.Clip == ClipKind.Value)
        {
            nn.utils.clip_grad_value_([parameter], _config.ClipAt);
        }
        else if (_config.Clip == ClipKind.Norm)
        {
            nn.utils.clip_grad_norm_([parameter], _config.ClipAt, _config.ClipNorm);
        }
    }
}
