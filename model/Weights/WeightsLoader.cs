using System.Runtime.InteropServices;
using Streaming.Model.Ops;
using TorchSharp;
using static TorchSharp.torch;

namespace Streaming.Model.Weights;

/// <summary>Fills a network's parameters and buffers.</summary>
internal static class WeightsLoader
{
    /// <summary>Fills every tensor of <paramref name="module"/> from a checkpoint.</summary>
    /// <returns>The checkpoint's names that the module has no place for, such as those of a mask head that it lacks.</returns>
    /// <exception cref="ModelLoadException">
    /// Some names are missing, or of another shape or type; nothing was loaded. Or the checkpoint is another program's.
    /// </exception>
    public static IReadOnlyList<string> Load(nn.Module module, Checkpoint checkpoint, string path)
    {
        if (OtherPrograms.Refusal(checkpoint.Tensors.Keys) is { } refusal)
        {
            throw new ModelLoadException($"{path}: {refusal}");
        }

        var state = module.state_dict();
        var (matches, unused) = CheckpointNames.Match(state.Keys, checkpoint);
        Check(state, matches, unused, checkpoint, path);
        using var guard = no_grad();
        foreach (var (name, target) in state)
        {
            if (matches.TryGetValue(name, out var source))
            {
                Fill(target, checkpoint.Tensors[source].ReadFloats);
            }
            else
            {
                target.fill_(Scalars.Of(name.EndsWith(".running_var", StringComparison.Ordinal) ? 1 : 0));
            }
        }

        return unused;
    }

    /// <summary>Fills every tensor from the formula of <see cref="SyntheticWeights"/>.</summary>
    public static void LoadSynthetic(nn.Module module, SyntheticWeights weights)
    {
        using var guard = no_grad();
        foreach (var (name, target) in module.state_dict())
        {
            Fill(target, numbers => weights.Fill(name, target.shape, numbers));
        }
    }

    internal delegate void Filler(Span<float> numbers);

    /// <summary>
    /// Row-major numbers into a tensor. One that is row-major itself (the large linear layers) is filled in place, others
    /// through an array of their size, so that loading needs little beyond the weights themselves.
    /// </summary>
    internal static void Fill(Tensor target, Filler fill)
    {
        if (target.numel() == 0)
        {
            return;
        }

        if (target.is_contiguous() && target.dtype == ScalarType.Float32 && target.device.type == DeviceType.CPU)
        {
            fill(MemoryMarshal.Cast<byte, float>(target.bytes));
            return;
        }

        var numbers = new float[target.numel()];
        fill(numbers);
        using var rowMajor = from_array(numbers);
        using var shaped = rowMajor.reshape(target.shape);
        target.copy_(shaped);
    }

    /// <summary>Old files without batch norm statistics mean 0 and 1; a file without BN's counter of batches means 0.</summary>
    private static bool HasDefault(string name, Checkpoint checkpoint)
    {
        return name.EndsWith(".num_batches_tracked", StringComparison.Ordinal)
            || (checkpoint.IsCaffe2 && name.EndsWith(".running_mean", StringComparison.Ordinal))
            || (checkpoint.IsCaffe2 && name.EndsWith(".running_var", StringComparison.Ordinal));
    }

    private static void Check(
        Dictionary<string, Tensor> state,
        Dictionary<string, string> matches,
        List<string> unused,
        Checkpoint checkpoint,
        string path)
    {
        var misfits = new WeightsMisfits();
        foreach (var (name, target) in state)
        {
            if (!matches.TryGetValue(name, out var source))
            {
                if (!HasDefault(name, checkpoint))
                {
                    misfits.Missing.Add($"{name} ({CheckpointTensor.Describe(target.shape)})");
                }

                continue;
            }

            var tensor = checkpoint.Tensors[source];
            var shownName = source == name ? name : $"{name} (from {source})";
            if (!tensor.Shape.SequenceEqual(target.shape))
            {
                misfits.Shapes.Add($"{shownName}: {tensor.ShapeText}, the model has {CheckpointTensor.Describe(target.shape)}");
            }
            else if (tensor.Type.IsFloat() != target.is_floating_point())
            {
                misfits.Types.Add($"{shownName}: {tensor.Type}, the model has {target.dtype}");
            }
        }

        misfits.Unused.AddRange(unused.Select(name => $"{name} ({checkpoint.Tensors[name].ShapeText})"));
        misfits.ThrowIfAny(path);
    }
}
