namespace Streaming.Config.Run.Editing;

/// <summary>A value of a YAML text and where it stands, as offsets: from its first character to behind its last one.</summary>
/// <param name="Start">An anchor or tag included.</param>
/// <param name="End">Without comments and blank lines that follow.</param>
internal abstract record YamlPart(int Start, int End)
{
    /// <summary>Whether it is an alias, or has an anchor or a tag: then it is not to be changed alone.</summary>
    public bool IsTied { get; init; }

    /// <summary>The values in it.</summary>
    public abstract IEnumerable<YamlPart> Parts { get; }

    /// <summary>Whether it, or a value in it, is tied.</summary>
    public bool HasTies => IsTied || Parts.Any(part => part.HasTies);
}

/// <summary>A single value; an alias too.</summary>
internal sealed record YamlScalarPart(int Start, int End, string Value) : YamlPart(Start, End)
{
    public override IEnumerable<YamlPart> Parts => [];

    /// <summary>Whether there is no text of it: "key:".</summary>
    public bool IsEmpty => Start == End;
}

/// <summary>A sequence.</summary>
/// <param name="Start">The "[", or the first dash.</param>
/// <param name="End">Behind the "]", or behind the last item.</param>
/// <param name="IsFlow">Whether it stands in brackets.</param>
/// <param name="Items">Its items.</param>
internal sealed record YamlListPart(int Start, int End, bool IsFlow, IReadOnlyList<YamlPart> Items) : YamlPart(Start, End)
{
    public override IEnumerable<YamlPart> Parts => Items;
}

/// <summary>A mapping.</summary>
/// <param name="Start">The "{", or the first key.</param>
/// <param name="End">Behind the "}", or behind the last value.</param>
/// <param name="IsFlow">Whether it stands in braces.</param>
/// <param name="Entries">Keys and values.</param>
internal sealed record YamlMapPart(int Start, int End, bool IsFlow, IReadOnlyList<YamlEntry> Entries) : YamlPart(Start, End)
{
    public override IEnumerable<YamlPart> Parts => Entries.Select(entry => entry.Value);

    /// <summary>The entry of a key; null when there is none.</summary>
    public YamlEntry? Find(string key)
    {
        return Entries.FirstOrDefault(entry => entry.Key == key);
    }
}

/// <summary>A key of a mapping and its value.</summary>
/// <param name="KeyStart">Where the key begins.</param>
/// <param name="KeyEnd">Behind the key; the colon follows.</param>
/// <param name="Key">The key.</param>
/// <param name="Value">The value.</param>
internal sealed record YamlEntry(int KeyStart, int KeyEnd, string Key, YamlPart Value);
