namespace Streaming.Model.Weights.Pickles;

/// <summary>What a pickle holds.</summary>
/// <param name="Value">The object that it describes.</param>
/// <param name="Protocol">The pickle's protocol, 2 to 5.</param>
/// <param name="Storages">The torch storages that it refers to, by key.</param>
internal sealed record PickleContent(object? Value, int Protocol, IReadOnlyDictionary<string, TorchStorage> Storages);

/// <summary>
/// Bytes in a pickle, or text too long to be a name; <see cref="IsText"/> tells whether they are stored as UTF-8.
/// </summary>
internal sealed record PickleBytes(ByteSource Source, long Length, bool IsText)
{
    private const int MaxName = 1 << 12;

    /// <summary>Short bytes as text, each one a character (Python 2's strings); null when they are too long for a name.</summary>
    public string? AsName()
    {
        if (Length > MaxName)
        {
            return null;
        }

        var bytes = new byte[Length];
        using var stream = Source.Open();
        stream.ReadExactly(bytes);
        return IsText ? System.Text.Encoding.UTF8.GetString(bytes) : System.Text.Encoding.Latin1.GetString(bytes);
    }
}

/// <summary>A dictionary in the order of the file.</summary>
internal sealed class PickleDict
{
    public List<KeyValuePair<object?, object?>> Items { get; } = [];

    /// <summary>The entries with text as their key; the last one wins.</summary>
    public IEnumerable<(string Key, object? Value)> Named()
    {
        foreach (var (key, value) in Items)
        {
            if (Pickle.AsName(key) is { } name)
            {
                yield return (name, value);
            }
        }
    }

    public object? Find(string name)
    {
        return Named().LastOrDefault(item => item.Key == name).Value;
    }
}

/// <summary>One of the few Python functions and classes that checkpoints use.</summary>
internal sealed record PickleGlobal(string Module, string Name)
{
    public override string ToString()
    {
        return $"{Module}.{Name}";
    }
}

/// <summary>A numpy dtype.</summary>
internal sealed class PickleDType(string code)
{
    public string Code { get; } = code;

    public bool IsBigEndian { get; set; }

    /// <summary>The element type, or null when it is not one of numbers.</summary>
    public ElementType? Type => Code switch
    {
        "f4" => ElementType.Float32,
        "f2" => ElementType.Float16,
        "f8" => ElementType.Float64,
        "i8" => ElementType.Int64,
        "i4" => ElementType.Int32,
        "i2" => ElementType.Int16,
        "i1" => ElementType.Int8,
        "u1" => ElementType.UInt8,
        "b1" => ElementType.Bool,
        _ => null,
    };

    /// <summary>The bytes of numbers of this type in the order that the rest of the program reads.</summary>
    public ByteSource LittleEndian(ByteSource bytes)
    {
        return IsBigEndian && Type?.Size() is var size and > 1 ? new SwappedBytes(bytes, size.Value) : bytes;
    }
}

/// <summary>A numpy array: created empty, then filled by its state.</summary>
internal sealed class PickleArray
{
    public PickleDType? DType { get; set; }

    public long[] Shape { get; set; } = [];

    public bool IsColumnMajor { get; set; }

    public PickleBytes? Data { get; set; }
}

/// <summary>A storage of a torch checkpoint: numbers that lie elsewhere in the file, under a key.</summary>
internal sealed record TorchStorage(ElementType Type, string Key, long Count)
{
    /// <summary>More than any file has; sizes in bytes stay far from overflowing.</summary>
    public const long MostNumbers = 1L << 48;

    /// <summary>How many bytes it takes.</summary>
    public long Bytes => Count * Type.Size();
}

/// <summary>A tensor over a storage.</summary>
internal sealed record TorchTensor(TorchStorage Storage, long Offset, long[] Shape, long[] Strides);
