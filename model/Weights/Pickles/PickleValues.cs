namespace Streaming.Model.Weights.Pickles;

/// <summary>Bytes in a pickle, or text too long to be a name; <see cref="IsText"/> tells whether they are stored as UTF-8.</summary>
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
    public ElementType? Type => IsBigEndian ? null : Code switch
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
}

/// <summary>A numpy array: created empty, then filled by its state.</summary>
internal sealed class PickleArray
{
    public PickleDType? DType { get; set; }

    public long[] Shape { get; set; } = [];

    public bool IsColumnMajor { get; set; }

    public PickleBytes? Data { get; set; }
}

/// <summary>A storage of a torch checkpoint: a file of its own in the archive.</summary>
internal sealed record TorchStorage(ElementType Type, string Key, long Count);

/// <summary>A tensor over a storage.</summary>
internal sealed record TorchTensor(TorchStorage Storage, long Offset, long[] Shape, long[] Strides);
