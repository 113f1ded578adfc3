using static TorchSharp.torch;
using TensorExtensions = Streaming.Model.Structures.TensorExtensions;

namespace Streaming.Model.Weights;

/// <summary>An array of a checkpoint, for display.</summary>
/// <param name="Name">The file's name for it.</param>
/// <param name="Type">The numbers' type.</param>
/// <param name="Shape">For example "256x64x1x1".</param>
/// <param name="Count">How many numbers.</param>
internal sealed record WeightsEntry(string Name, string Type, string Shape, long Count);

/// <summary>What a checkpoint file holds.</summary>
/// <param name="Format">For example "pickle, protocol 3".</param>
/// <param name="Notes">What else the file says.</param>
/// <param name="Entries">Its arrays, in the order of the file.</param>
internal sealed record WeightsSummary(
    string Format, IReadOnlyDictionary<string, string> Notes, IReadOnlyList<WeightsEntry> Entries);

/// <summary>Looking into checkpoint files and converting them. Nothing in a file is ever executed.</summary>
internal static class WeightsFiles
{
    /// <summary>The note of a checkpoint that names its classes, a line each.</summary>
    public const string ClassesNote = "classes";

    /// <summary>Lists what a checkpoint of any supported format holds.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ModelLoadException">The file cannot be read.</exception>
    public static WeightsSummary Inspect(string path)
    {
        using var checkpoint = CheckpointReader.Open(path);
        return new WeightsSummary(
            checkpoint.Format,
            checkpoint.Notes,
            [.. checkpoint.Tensors.Select(item => Entry(item.Key, item.Value))]);

        static WeightsEntry Entry(string name, CheckpointTensor tensor)
        {
            return new WeightsEntry(name, tensor.Type.ToString().ToLowerInvariant(), tensor.ShapeText, tensor.Count);
        }
    }

    /// <summary>
    /// The names of the classes that a checkpoint was trained for, or null: only files of 'streaming train' have them.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ModelLoadException">The file cannot be read.</exception>
    public static IReadOnlyList<string>? ReadClasses(string path)
    {
        if (!Path.GetExtension(path).Equals(".safetensors", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        using var checkpoint = CheckpointReader.Open(path);
        return checkpoint.Notes.TryGetValue(ClassesNote, out var names) ? names.Split('\n') : null;
    }

    /// <summary>Writes a checkpoint of any supported format as .safetensors: the same names, types and numbers.</summary>
    /// <param name="input">The file to read.</param>
    /// <param name="output">The file to write; it appears whole or not at all.</param>
    /// <returns>How many arrays and bytes were written.</returns>
    /// <exception cref="ModelLoadException">The input cannot be read, or the output cannot be written.</exception>
    public static (int Arrays, long Bytes) Convert(string input, string output)
    {
        using var checkpoint = CheckpointReader.Open(input);
        try
        {
            var bytes = WriteWhole(
                output,
                [.. checkpoint.Tensors.Select(item => (item.Key, item.Value.Type, item.Value.Shape, Reader(item.Value)))],
                checkpoint.Notes);
            return (checkpoint.Tensors.Count, bytes);
        }
        catch (InvalidDataException exception)
        {
            throw CheckpointReader.Explain(input, exception)!;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelLoadException($"{output}: cannot be written: {exception.Message}", exception);
        }

        static Action<Memory<byte>> Reader(CheckpointTensor tensor)
        {
            return bytes => tensor.ReadBytes(bytes.Span);
        }
    }

    /// <summary>Writes a network's weights: float32, and int64 for counters.</summary>
    internal static void Save(nn.Module network, string output)
    {
        Save(network.state_dict(), output, new Dictionary<string, string>());
    }

    /// <summary>Writes tensors: float32, and int64 for whole numbers.</summary>
    internal static void Save(
        IReadOnlyDictionary<string, Tensor> tensors, string output, IReadOnlyDictionary<string, string> notes)
    {
        WriteWhole(
            output, [.. tensors.Select(item => (item.Key, TypeOf(item.Value), item.Value.shape, Reader(item.Value)))], notes);

        static ElementType TypeOf(Tensor tensor)
        {
            return tensor.is_floating_point() ? ElementType.Float32 : ElementType.Int64;
        }

        static Action<Memory<byte>> Reader(Tensor tensor)
        {
            return bytes =>
            {
                using var detached = tensor.detach();
                using var typed = detached.to(tensor.is_floating_point() ? ScalarType.Float32 : ScalarType.Int64);
                TensorExtensions.ToArray<byte>(typed).CopyTo(bytes);
            };
        }
    }

    private static long WriteWhole(
        string output,
        List<(string, ElementType, long[], Action<Memory<byte>>)> tensors,
        IReadOnlyDictionary<string, string> notes)
    {
        var partial = $"{output}.partial";
        try
        {
            long bytes;
            using (var stream = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20))
            {
                bytes = SafeTensors.Write(stream, tensors, notes);
            }

            File.Move(partial, output, overwrite: true);
            return bytes;
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }
}
