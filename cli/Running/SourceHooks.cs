using Streaming.Config.Run;
using Streaming.Stages.Frames;
using Streaming.Stages.Hooks;
using Streaming.Stages.Zones;

namespace Streaming.Cli.Running;

/// <summary>What sees a source's frames and results in order: a place for everything that a user can ask for.</summary>
/// <param name="wanted">What the user wants of the source.</param>
internal sealed class SourceHooks(SourceConfig wanted)
{
    /// <summary>The gate before the network; null lets it see every frame.</summary>
    public Func<SourceInfo, IInferenceGate>? Gate { get; }

    /// <summary>The hooks before the outputs, in their order.</summary>
    /// <param name="source">The source, once it is open.</param>
    public IReadOnlyList<IResultHook> Create(SourceInfo source)
    {
        var hooks = new List<IResultHook>();
        if (SourceFilter.IsWanted(wanted))
        {
            hooks.Add(new FilterHook(new SourceFilter(wanted, source.Size)));
        }

        if (wanted.Track is not null)
        {
            hooks.Add(new ZoneHook(source, wanted));
        }

        return hooks;
    }
}
