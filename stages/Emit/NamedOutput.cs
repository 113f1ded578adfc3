using Streaming.Config.Run;
using Streaming.Config.Settings;

namespace Streaming.Stages.Emit;

/// <summary>A kind of output that writes a file for each source, whose name is a setting.</summary>
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
    public override IEnumerable<string> Errors(SettingValues values, int sources)
    {
        return OutputName.Check(values.Get(Name)!, sources) is { } error ? [$"{values.Full(Name)}: {error}"] : [];
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Paths(OutputPlace place, string sourceId)
    {
        return [PathOf(place, sourceId)];
    }

    /// <summary>The path for a source.</summary>
    protected string PathOf(OutputPlace place, string sourceId)
    {
        return place.PathOf(place.Values.Get(Name)!, sourceId);
    }
}
