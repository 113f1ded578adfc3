using Streaming.Config.Run;
using Streaming.Config.Settings;
using Streaming.Stages.Hooks;

namespace Streaming.Stages.Emit;

/// <summary>
/// A kind of output. A new one is one file, with its settings, and one line in a list of kinds: run files, flags, schema, help,
/// documentation, checks and resuming walk over that list.
/// </summary>
internal abstract class OutputKind
{
    /// <summary>Short and unique: the label of metrics, "jsonl".</summary>
    public abstract string Key { get; }

    /// <summary>The settings that it declares, in the section "output".</summary>
    public abstract IReadOnlyList<Setting> Settings { get; }

    /// <summary>What a failure means for the source.</summary>
    public virtual Delivery Delivery => Delivery.Required;

    /// <summary>Whether it uses a frame's pixels; one that does not can be made again from a record alone.</summary>
    public virtual bool NeedsPixels => false;

    /// <summary>
    /// Whether it is the record of what is done: a run that resumes reads it and goes on where it ends, instead of making it
    /// again.
    /// </summary>
    public virtual bool IsRecord => false;

    /// <summary>The key of another kind whose place it takes; null for none.</summary>
    public virtual string? Replaces => null;

    /// <summary>Whether the user asks for it.</summary>
    /// <param name="values">What the user said.</param>
    public abstract bool IsWanted(SettingValues values);

    /// <summary>What is wrong with what the user said, one sentence each.</summary>
    /// <param name="values">What the user said.</param>
    /// <param name="sources">The sources that use it.</param>
    public virtual IEnumerable<string> Errors(SettingValues values, IReadOnlyList<SourceConfig> sources)
    {
        return [];
    }

    /// <summary>What the user should know before a run starts, one sentence each.</summary>
    public virtual IEnumerable<string> Warnings()
    {
        return [];
    }

    /// <summary>The files and folders that it writes for a source, those that it might among them.</summary>
    /// <param name="place">Where outputs go.</param>
    /// <param name="sourceId">The source's name.</param>
    public virtual IEnumerable<string> Paths(OutputPlace place, string sourceId)
    {
        return [];
    }

    /// <summary>How much of a camera's packets it wants kept; null for nothing.</summary>
    /// <param name="values">What the user said.</param>
    public virtual TimeSpan? KeptPackets(SettingValues values)
    {
        return null;
    }

    /// <summary>What a source's results must be told before the outputs see them.</summary>
    /// <param name="values">What the user said.</param>
    /// <param name="source">The source.</param>
    public virtual IEnumerable<IResultHook> Hooks(SettingValues values, SourceConfig source)
    {
        return [];
    }

    /// <summary>Opens it for a source.</summary>
    /// <param name="context">The source, and where outputs go.</param>
    /// <exception cref="EmitException">It cannot be written.</exception>
    public abstract IFrameSink Open(OutputContext context);
}
