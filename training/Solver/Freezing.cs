using static TorchSharp.torch;

namespace Streaming.Training.Solver;

/// <summary>Which parts of a network learn: all, or all but the first stages (MODEL.BACKBONE.FREEZE_AT).</summary>
internal static class Freezing
{
    private const string Backbone = "backbone.bottom_up.";

    /// <summary>
    /// Puts the network into training mode. Frozen stages get no gradient, and their norms keep their statistics, as detectron2's
    /// conversion to FrozenBN has it.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="freezeAt">Stages that do not learn: 0 none, 1 the stem, 2 also res2, up to 5.</param>
    public static void Train(nn.Module network, int freezeAt)
    {
        string[] frozen =
        [
            .. Enumerable.Range(1, freezeAt).Select(stage => stage == 1 ? $"{Backbone}stem." : $"{Backbone}res{stage}."),
        ];
        network.train();
        foreach (var (name, module) in network.named_modules())
        {
            if (frozen.Any(prefix => $"{name}.".StartsWith(prefix, StringComparison.Ordinal)))
            {
                module.eval();
            }
        }

        foreach (var (name, parameter) in network.named_parameters())
        {
            parameter.requires_grad_(!frozen.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)));
        }
    }
}
