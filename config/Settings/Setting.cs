using System.Text.Json.Nodes;
using Streaming.Config.Yaml;

namespace Streaming.Config.Settings;

/// <summary>
/// Something that a user can set, declared once: the reader of run files, the flags, the JSON Schema, the documentation and every
/// message are made of it.
/// </summary>
internal abstract class Setting
{
    private protected Setting(string path)
    {
        Path = path;
    }

    /// <summary>Where it stands in a run file, for example "batching.max_size"; empty when only a flag says it.</summary>
    public string Path { get; }

    /// <summary>The section of the run file; empty for the top.</summary>
    public string Section => Path[..Math.Max(Path.LastIndexOf('.'), 0)];

    /// <summary>The key in its section.</summary>
    public string Key => Path[(Path.LastIndexOf('.') + 1)..];

    /// <summary>What it does: a sentence or two.</summary>
    public required string Help { get; init; }

    /// <summary>The flags that set it; a setting without one stands in a run file only.</summary>
    public IReadOnlyList<SettingFlag> Flags { get; init; } = [];

    /// <summary>An environment variable that is read when neither flag nor file says it; null for none.</summary>
    public string? Variable { get; init; }

    /// <summary>Whether it must be given.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Whether no message may repeat its value.</summary>
    public bool IsSecret { get; init; }

    /// <summary>Whether it belongs to one source: it cannot stand among the defaults of all.</summary>
    public bool IsOwn { get; init; }

    /// <summary>What may be written, for messages.</summary>
    public abstract string Supported { get; }

    /// <summary>The words that may be written, when there are few.</summary>
    public abstract IReadOnlyList<string> Words { get; }

    /// <summary>How the help of the command line names a value; null for none.</summary>
    public abstract string? Placeholder { get; }

    /// <summary>Whether its flag may be repeated.</summary>
    public abstract bool IsList { get; }

    /// <summary>What counts when nobody says it, in words; null for nothing.</summary>
    public abstract string? Default { get; }

    /// <summary>Members of the JSON Schema.</summary>
    internal abstract JsonObject Schema();

    /// <summary>Reads what a file says.</summary>
    /// <returns>Null when it cannot be read; the reason is among the errors.</returns>
    internal abstract SettingValue? Read(ConfigNode node, string? folder, SettingOrigin origin, ICollection<string> errors);

    /// <summary>Reads the words after a flag.</summary>
    internal abstract SettingValue? Read(IReadOnlyList<string> words, SettingOrigin origin, ICollection<string> errors);

    /// <summary>What counts when two places say something.</summary>
    internal abstract SettingValue Merge(SettingValue upper, SettingValue lower);
}
