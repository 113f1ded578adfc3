using Microsoft.Win32.SafeHandles;
using Streaming.Model.Weights.Pickles;

namespace Streaming.Model.Weights;

/// <summary>Finds the arrays in what a pickle holds: detectron2's .pkl and the main part of torch's .pth.</summary>
internal static class PickleCheckpoint
{
    /// <summary>
    /// Where programs put the model: Detectron 1, detectron2, pycls, many others, d2go's moving average; the first that is
    /// there is taken.
    /// </summary>
    private static readonly string[] Places = ["blobs", "model", "model_state", "state_dict", "ema_state"];

    /// <summary>Reads a .pkl; takes over the file.</summary>
    public static Checkpoint Read(SafeFileHandle file, long length)
    {
        return Read(PickleInput.Of(file, length), file);
    }

    /// <summary>Reads a pickle from anywhere.</summary>
    public static Checkpoint Read(PickleInput input, IDisposable owner)
    {
        var content = Pickle.Read(input);
        return LegacyTorch.IsMagic(content.Value)
            ? LegacyTorch.Read(input, owner)
            : Read(
                content.Value,
                $"pickle, protocol {content.Protocol}",
                owner,
                _ => throw new InvalidDataException("the pickle refers to torch storages, which only torch's own formats hold"));
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

        var place = Places.FirstOrDefault(name => dictionary.Find(name) is PickleDict);
        var model = place is null ? dictionary : (PickleDict)dictionary.Find(place)!;
        var isCaffe2 = place == "blobs";
        var (tensors, isTorch) = (new Dictionary<string, CheckpointTensor>(StringComparer.Ordinal), false);
        foreach (var (key, value) in model.Named())
        {
            if (Tensor(key, value, storage) is { } tensor && !(isCaffe2 && key.EndsWith("_momentum", StringComparison.Ordinal)))
            {
                tensors[key] = tensor;
                isTorch |= value is TorchTensor;
            }
        }

        // detectron2 matches by the end of names what Caffe2, pycls and torch.save have written, and else on request.
        var matchesBySuffix = isCaffe2 || isTorch || dictionary.Find("matching_heuristics") is true;
        return tensors.Count > 0
            ? new Checkpoint(format, tensors, notes, isCaffe2, matchesBySuffix, owner)
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

        var strides = array.IsColumnMajor ? ColumnMajorStrides(array.Shape) : null;
        return new CheckpointTensor(type, array.Shape, strides, 0, array.DType.LittleEndian(data.Source));
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
