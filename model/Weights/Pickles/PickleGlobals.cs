using System.Text;

namespace Streaming.Model.Weights.Pickles;

/// <summary>
/// The Python names that checkpoints use, and what each does here. Every other name is refused: this list is the whole of
/// what a pickle can make happen.
/// </summary>
internal static class PickleGlobals
{
    private static readonly string[] Dictionaries = ["collections.OrderedDict", "collections.Counter", "collections.defaultdict"];

    private static readonly Dictionary<string, ElementType> Storages = new()
    {
        ["torch.FloatStorage"] = ElementType.Float32,
        ["torch.HalfStorage"] = ElementType.Float16,
        ["torch.BFloat16Storage"] = ElementType.BFloat16,
        ["torch.DoubleStorage"] = ElementType.Float64,
        ["torch.LongStorage"] = ElementType.Int64,
        ["torch.IntStorage"] = ElementType.Int32,
        ["torch.ShortStorage"] = ElementType.Int16,
        ["torch.CharStorage"] = ElementType.Int8,
        ["torch.ByteStorage"] = ElementType.UInt8,
        ["torch.BoolStorage"] = ElementType.Bool,
    };

    private static readonly HashSet<string> Known =
    [
        .. Dictionaries,
        .. Storages.Keys,
        "numpy.core.multiarray._reconstruct",
        "numpy.core.multiarray.scalar",
        "numpy.core.numeric._frombuffer",
        "numpy.ndarray",
        "numpy.dtype",
        "_codecs.encode",
        "builtins.bytes",
        "builtins.int",
        "torch._utils._rebuild_tensor",
        "torch._utils._rebuild_tensor_v2",
        "torch._utils._rebuild_parameter",
        "torch.Size",
    ];

    /// <summary>The name, if it is one of the few; numpy 2's and Python 2's spellings are the same things.</summary>
    /// <exception cref="InvalidDataException">It is not: nothing was executed.</exception>
    public static PickleGlobal Find(string module, string name)
    {
        var today = module switch
        {
            "numpy._core.multiarray" => "numpy.core.multiarray",
            "numpy._core.numeric" => "numpy.core.numeric",
            "__builtin__" => "builtins",
            _ => module,
        };
        return Known.Contains($"{today}.{name}")
            ? new PickleGlobal(today, name)
            : throw new InvalidDataException(OtherPrograms.OfModule(module) is { } program
                ? $"it is a file of {program} (it asks for '{module}.{name}'); supported: checkpoints of detectron2"
                : $"the pickle asks for '{module}.{name}', which no checkpoint needs; "
                    + "it was refused and nothing in it was executed");
    }

    /// <summary>What calling one of the names gives.</summary>
    public static object? Call(PickleGlobal function, object?[] arguments)
    {
        var name = function.ToString();
        if (Dictionaries.Contains(name))
        {
            return FromPairs(arguments);
        }

        return (name, arguments) switch
        {
            ("numpy.core.multiarray._reconstruct", _) => new PickleArray(),
            ("numpy.dtype", [var code, ..]) when Pickle.AsName(code) is { } text => DType(text),
            ("numpy.core.multiarray.scalar", [PickleDType dtype, PickleBytes bytes]) => Scalar(dtype, bytes),
            ("numpy.core.numeric._frombuffer", [PickleBytes bytes, PickleDType dtype, object?[] shape, var order]) =>
                Array(dtype, shape, Pickle.AsName(order) == "F", bytes),
            ("_codecs.encode", [var text, var encoding]) when Pickle.AsName(encoding) is "latin1" or "latin-1" => Latin1(text),
            ("builtins.bytes", []) => new PickleBytes(new MemoryBytes([]), 0, false),
            ("torch._utils._rebuild_tensor" or "torch._utils._rebuild_tensor_v2",
                [TorchStorage storage, long offset, object?[] shape, object?[] strides, ..]) =>
                Tensor(storage, offset, shape, strides),
            ("torch._utils._rebuild_parameter", [TorchTensor tensor, ..]) => tensor,
            ("torch.Size", [object?[] sides]) => sides,
            _ => throw new InvalidDataException($"the pickle calls '{name}' with arguments that it does not take"),
        };
    }

    /// <summary>Gives an object its state.</summary>
    public static void Build(object? target, object? state)
    {
        switch (target, state)
        {
            // (version, shape, dtype, is_fortran, data)
            case (PickleArray array, object?[] and [_, object?[] shape, PickleDType dtype, var order, PickleBytes data]):
                Fill(array, dtype, shape, order is true or 1L, data);
                break;

            // (version, byte order, subdtype, names, fields, …)
            case (PickleDType dtype, object?[] { Length: >= 5 } parts):
                dtype.IsBigEndian = Pickle.AsName(parts[1]) == ">";
                if (parts[2] is not null || parts[3] is not null)
                {
                    throw new InvalidDataException("an array of records; supported: arrays of numbers");
                }

                break;

            // Attributes of a dictionary, such as a state_dict's _metadata, say nothing about the weights.
            case (PickleDict, _):
                break;
            default:
                throw new InvalidDataException("the pickle gives a state to something that takes none");
        }
    }

    /// <summary>
    /// A storage: ('storage', type, key, device, count), and in torch's old format a part of another one, which is none today.
    /// </summary>
    public static TorchStorage Persistent(object? id)
    {
        return id is object?[] and ([_, _, _, _, _] or [_, _, _, _, _, null])
            and [var kind, PickleGlobal type, var key, _, long count, ..]
            && Pickle.AsName(kind) == "storage"
            && count is >= 0 and <= TorchStorage.MostNumbers
            && Pickle.AsName(key) is { } name
            && Storages.TryGetValue(type.ToString(), out var element)
                ? new TorchStorage(element, name, count)
                : throw new InvalidDataException("the pickle refers to something outside that is no torch storage");
    }

    private static PickleDict FromPairs(object?[] arguments)
    {
        var dictionary = new PickleDict();
        foreach (var argument in arguments)
        {
            if (argument is PickleDict other)
            {
                dictionary.Items.AddRange(other.Items);
            }
            else if (argument is List<object?> pairs)
            {
                dictionary.Items.AddRange(pairs.Select(pair => pair is object?[] and [var key, var value]
                    ? new KeyValuePair<object?, object?>(key, value)
                    : throw new InvalidDataException("a dictionary is made of something other than pairs")));
            }
        }

        return dictionary;
    }

    private static PickleDType DType(string code)
    {
        return new PickleDType(code.TrimStart('<', '=', '|', '>')) { IsBigEndian = code.StartsWith('>') };
    }

    private static PickleArray Array(PickleDType dtype, object?[] shape, bool isColumnMajor, PickleBytes data)
    {
        var array = new PickleArray();
        Fill(array, dtype, shape, isColumnMajor, data);
        return array;
    }

    private static void Fill(PickleArray array, PickleDType dtype, object?[] shape, bool isColumnMajor, PickleBytes data)
    {
        (array.DType, array.Shape, array.IsColumnMajor, array.Data) = (dtype, Numbers(shape), isColumnMajor, data);
    }

    private static TorchTensor Tensor(TorchStorage storage, long offset, object?[] shape, object?[] strides)
    {
        var tensor = new TorchTensor(storage, offset, Numbers(shape), Numbers(strides));
        if (Shapes.Count(tensor.Shape) < 0 || tensor.Shape.Length != tensor.Strides.Length
            || offset < 0 || tensor.Strides.Any(stride => stride < 0))
        {
            throw new InvalidDataException("a tensor's shape or strides make no sense");
        }

        return tensor;
    }

    private static long[] Numbers(object?[] values)
    {
        return [.. values.Select(value =>
            value as long? ?? throw new InvalidDataException("a shape holds something other than whole numbers"))];
    }

    private static double Scalar(PickleDType dtype, PickleBytes bytes)
    {
        if (dtype.Type is not { } type || bytes.Length != type.Size())
        {
            throw new InvalidDataException("a numpy number whose bytes do not fit its dtype");
        }

        var value = new float[1];
        new CheckpointTensor(type, [], null, 0, dtype.LittleEndian(bytes.Source)).ReadFloats(value);
        return value[0];
    }

    /// <summary>Python 3 writes bytes into protocol 2 as text, each byte a character.</summary>
    private static PickleBytes Latin1(object? text)
    {
        return text switch
        {
            string short_ when short_.All(c => c < 256) =>
                new PickleBytes(new MemoryBytes(Encoding.Latin1.GetBytes(short_)), short_.Length, false),
            PickleBytes { IsText: true } long_ => Decoded(long_),
            _ => throw new InvalidDataException("an array's bytes are stored as something that is not Latin-1 text"),
        };
    }

    private static PickleBytes Decoded(PickleBytes text)
    {
        var source = new Latin1Bytes(text.Source);
        using var stream = source.Open();
        var buffer = new byte[1 << 16];
        var length = 0L;
        while (stream.Read(buffer) is var read and > 0)
        {
            length += read;
        }

        return new PickleBytes(source, length, false);
    }
}
