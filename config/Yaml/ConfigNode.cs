namespace Streaming.Config.Yaml;

/// <summary>A value of a configuration, with the line that it came from (0: not from a file).</summary>
internal abstract record ConfigNode(int Line)
{
    /// <summary>The value as a user would write it, shortened for messages.</summary>
    public abstract string Describe();
}

/// <summary>null, bool, long, double or string.</summary>
internal sealed record ConfigScalar(object? Value, int Line) : ConfigNode(Line)
{
    /// <summary>It may be a password: no message repeats it.</summary>
    public bool IsSecret { get; init; }

    public override string Describe()
    {
        return Value switch
        {
            _ when IsSecret => "the environment's value",
            null => "null",
            bool b => b ? "true" : "false",
            string s => $"'{(s.Length > 60 ? s[..60] + "…" : s)}'",
            _ => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Value}"),
        };
    }
}

/// <summary>A value whose YAML tag asks for a Python object. It stands for nothing, and nothing was made of it.</summary>
internal sealed record ConfigForeign(string Tag, int Line) : ConfigNode(Line)
{
    public override string Describe()
    {
        return $"a value with the YAML tag '{Tag}'";
    }
}

/// <summary>A sequence.</summary>
internal sealed record ConfigList(IReadOnlyList<ConfigNode> Items, int Line) : ConfigNode(Line)
{
    public override string Describe()
    {
        return $"[{string.Join(", ", Items.Take(8).Select(item => item.Describe()))}{(Items.Count > 8 ? ", …" : "")}]";
    }
}

/// <summary>A mapping with string keys, in the order of the file.</summary>
internal sealed record ConfigMap(IReadOnlyDictionary<string, ConfigNode> Entries, int Line) : ConfigNode(Line)
{
    public override string Describe()
    {
        return "a mapping";
    }
}
