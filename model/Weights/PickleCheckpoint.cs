using Microsoft.Win32.SafeHandles;
using Streaming.Model.Weights.Pickles;

namespace Streaming.Model.Weights;

/// <summary>Finds the arrays in what a pickle holds: detectron2's .pkl and the main part of torch's .pth.</summary>
internal static class PickleCheckpoint
{
    /// <summary>Reads a .pkl; takes over the file.</summary>
    public static Checkpoint Read(SafeFileHandle file, long length)
    {
        return Read(PickleInput.Of(file, length), file);
    }

    /// <summary>Reads a pickle from anywhere.</summary>
    public static Checkpoint Read(PickleInput input, IDisposable owner)
    {
        var (root, protocol) = Pickle.Read(input);
        return Read(root, $"pickle, protocol {protocol}", owner, _ => throw new InvalidDataException("torch storages outside an archive"));
    }

    /// <summary>Finds the model in an unpickled object.</summary>
    /// <param name="root">The object.</param>
    /// <param name="format">For messages.</param>
    /// <param name="owner">Keeps the file open.</param>
    /// <param name="storage">Finds a torch storage's bytes.</param>
    public static Checkpoint Read(object? root, string format, IDisposable owner, Func<TorchStorage, ByteSource> storage)
    {
        if (root is not PickleDict dictionary)
        {
            throw new InvalidDataException("the pickle holds no dictionary of weights");
        }

        var notes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in dictionary.Named())
        {
            if (value is string or long or double or bool)
            {
                notes[key] = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{value}");
            }
        }

        // detectron2 nests under "model", Detectron 1 under "blobs", others under "state_dict" or not at all.
        var blobs = dictionary.Find("blobs") as PickleDict;
        var model = blobs ?? dictionary.Find("model") as PickleDict ?? dictionary.Find("state_dict") as PickleDict ?? dictionary;
        var tensors = new Dictionary<string, CheckpointTensor>(StringComparer.Ordinal);
        foreach (var (key, value) in model.Named())
        {
            if (Tensor(key, value, storage) is { } tensor && !(blobs is not null && key.EndsWith("_momentum", StringComparison.Ordinal)))
            {
                tensors[key] = tensor;
            }
        }

        return tensors.Count > 0
            ? new Checkpoint(format, tensors, notes, blobs is not null, blobs is not null || dictionary.Find("matching_heuristics") is true, owner)
            : throw new InvalidDataException("the pickle holds no arrays");
    }

    private static CheckpointTensor? Tensor(string name, object? value, Func<TorchStorage, ByteSource> storage)
    {
        return value switch
        {
            PickleArray array => FromNumpy(name, array),
            TorchTensor tensor => FromTorch(name, tensor, storage(tensor.Storage)),
            _ => null,
        };
    }

    private static CheckpointTensor FromNumpy(string name, PickleArray array)
    {
        if (array.DType?.Type is not { } type)
        {
            throw new InvalidDataException($"{name}: the dtype '{array.DType?.Code}' is not supported");
        }

        if (array.Data is not { } data || !Shapes.HasBytes(array.Shape, type, data.Length))
        {
            throw new InvalidDataException($"{name}: its bytes do not fit its shape {CheckpointTensor.Describe(array.Shape)}");
        }

        return new CheckpointTensor(type, array.Shape, array.IsColumnMajor ? ColumnMajorStrides(array.Shape) : null, 0, data.Source);
    }

    private static CheckpointTensor FromTorch(string name, TorchTensor tensor, ByteSource bytes)
    {
        // The last number that the tensor touches must lie in the storage.
        decimal last = tensor.Offset;
        for (var i = 0; i < tensor.Shape.Length; i++)
        {
            last += (decimal)Math.Max(tensor.Shape[i] - 1, 0) * tensor.Strides[i];
        }

        if (last >= tensor.Storage.Count && Shapes.Count(tensor.Shape) > 0)
        {
            throw new InvalidDataException($"{name}: reaches beyond its storage");
        }

        return new CheckpointTensor(tensor.Storage.Type, tensor.Shape, tensor.Strides, tensor.Offset, bytes);
    }

    private static long[] ColumnMajorStrides(long[] shape)
    {
        var strides = new long[shape.Length];
        var next = 1L;
        for (var i = 0; i < shape.Length; i++)
        {
            strides[i] = next;
            next *= shape[i];
        }

        return strides;
    }
}
