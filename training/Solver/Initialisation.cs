using static TorchSharp.torch;

namespace Streaming.Training.Solver;

/// <summary>
/// The weights before the first step, as detectron2's layers draw them. The distribution is the same, the numbers are not.
/// </summary>
internal static class Initialisation
{
    /// <summary>Draws all weights, or some.</summary>
    /// <param name="network">On the CPU.</param>
    /// <param name="seed">The same seed draws the same numbers.</param>
    /// <param name="names">Which tensors of the state_dict; null for all.</param>
    public static void Draw(nn.Module network, long seed, IReadOnlySet<string>? names = null)
    {
        using var guard = no_grad();
        manual_seed(seed);
        foreach (var (name, tensor) in network.state_dict().Where(item => names?.Contains(item.Key) != false))
        {
            Draw(name, tensor);
        }
    }

    private static void Draw(string name, Tensor tensor)
    {
        if (!name.EndsWith(".weight", StringComparison.Ordinal) || tensor.dim() < 2)
        {
            // Norms start as the identity, biases at zero.
            if (name.EndsWith(".weight", StringComparison.Ordinal) || name.EndsWith(".running_var", StringComparison.Ordinal))
            {
                nn.init.ones_(tensor);
            }
            else
            {
                nn.init.zeros_(tensor);
            }

            return;
        }

        var (outputs, inputs) = (tensor.size(0), tensor.size(1));
        var kernel = tensor.numel() / (outputs * inputs);
        if (Deviation(name) is { } deviation)
        {
            nn.init.normal_(tensor, 0, deviation);
        }
        else if (name.Contains(".fpn_", StringComparison.Ordinal) || name.Contains(".box_head.fc", StringComparison.Ordinal))
        {
            // "c2_xavier_fill": uniform, by the inputs.
            var bound = Math.Sqrt(3.0 / (inputs * kernel));
            nn.init.uniform_(tensor, -bound, bound);
        }
        else
        {
            // "c2_msra_fill": normal, by the outputs (He et al. 2015).
            nn.init.normal_(tensor, 0, Math.Sqrt(2.0 / (outputs * kernel)));
        }
    }

    /// <summary>The last layers start close to zero.</summary>
    private static double? Deviation(string name)
    {
        return name.StartsWith("proposal_generator.", StringComparison.Ordinal) || Has(".cls_score.") ? 0.01
            : Has(".bbox_pred.") || Has("mask_head.predictor.") ? 0.001
            : null;

        bool Has(string part)
        {
            return name.Contains(part, StringComparison.Ordinal);
        }
    }
}
