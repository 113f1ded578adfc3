using Streaming.Config.Run;
using Streaming.Config.Settings;
using Streaming.Stages.Emit.Segments;

namespace Streaming.Stages.Emit;

/// <summary>
/// A kind of output that writes a file for each source, whose name is a setting; or one after the other, when the user wants
/// segments of what cameras give.
/// </summary>
internal abstract class NamedOutput : OutputKind
{
    /// <summary>The setting of the name; null is no such output.</summary>
    public abstract Setting<string?> Name { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Setting> Settings => [Name];

    /// <inheritdoc/>
    public override bool IsWanted(SettingValues values)
    {
        return values.Get(Name) is not null;
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Errors(SettingValues values, IReadOnlyList<SourceConfig> sources)
    {
        return OutputName.Check(values.Get(Name)!, sources.Count) is { } error ? [$"{values.Full(Name)}: {error}"] : [];
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Paths(OutputPlace place, string sourceId)
    {
        return [PathOf(place, sourceId)];
    }

    /// <summary>What can be done with a segment that a crash has left.</summary>
    private protected virtual SegmentFormat Format => SegmentFormat.Any;

    /// <summary>Whether it holds what happens to a source, also when no frame follows.</summary>
    private protected virtual bool HoldsSourceEvents => IsRecord;

    /// <inheritdoc/>
    public sealed override IFrameSink Open(OutputContext context)
    {
        var (place, id) = (context.Place, context.Source.Id);
        if (!context.IsSegmented)
        {
            return OpenFile(PathOf(place, id), context);
        }

        // Each segment is a file of its own, whatever was there before.
        var alone = context with { Earlier = null, IsResumed = false, IsReopened = false };
        return context.Segments!.Open(
            Key,
            place.SegmentsOf(place.Values.Get(Name)!, id),
            place.PathOf($"{{source}}.{Key}.index", id),
            Format,
            path => OpenFile(path, alone),
            HoldsSourceEvents);
    }

    /// <summary>Opens one file.</summary>
    /// <param name="path">The file; its folder need not be there.</param>
    /// <param name="context">What it shall hold.</param>
    /// <exception cref="EmitException">It cannot be written.</exception>
    private protected abstract IFrameSink OpenFile(string path, OutputContext context);

    /// <summary>The path for a source.</summary>
    protected string PathOf(OutputPlace place, string sourceId)
    {
        return place.PathOf(place.Values.Get(Name)!, sourceId);
    }
}
