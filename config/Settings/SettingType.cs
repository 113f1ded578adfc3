using System.Text.Json.Nodes;
using Streaming.Config.Yaml;

namespace Streaming.Config.Settings;

/// <summary>What a setting may hold, and how it is read; see <see cref="SettingTypes"/>.</summary>
/// <typeparam name="T">The type of its values.</typeparam>
internal abstract class SettingType<T>
{
    private protected SettingType()
    {
    }

    /// <summary>What may be written, for messages: "a whole number from 1 to 1024".</summary>
    public abstract string Supported { get; }

    /// <summary>The words that may be written, when there are few.</summary>
    internal virtual IReadOnlyList<string> Words => [];

    /// <summary>How the help of the command line names a value; null for none.</summary>
    internal virtual string? Placeholder => null;

    /// <summary>Whether a flag of it may be repeated.</summary>
    internal virtual bool IsList => false;

    /// <summary>Members of the JSON Schema.</summary>
    internal abstract JsonObject Schema();

    /// <summary>What the words after a flag mean.</summary>
    internal virtual ConfigNode FromWords(IReadOnlyList<string> words)
    {
        return new ConfigScalar(words[0], 0);
    }

    /// <summary>Reads a value.</summary>
    /// <param name="node">As the user wrote it.</param>
    /// <param name="folder">What relative paths are relative to; null for the working folder.</param>
    /// <param name="value">The value.</param>
    /// <returns>What cannot be read, or null.</returns>
    internal abstract ConfigNode? Read(ConfigNode node, string? folder, out T value);

    /// <summary>What counts when two places say something.</summary>
    /// <param name="upper">The place that wins as a rule.</param>
    /// <param name="lower">The other one.</param>
    internal virtual T Merge(T upper, T lower)
    {
        return upper;
    }

    /// <summary>A value as a user would write it; null for nothing.</summary>
    internal abstract string? Write(T value);
}
