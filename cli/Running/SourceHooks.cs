using Streaming.Config.Run;
using Streaming.Stages.Frames;
using Streaming.Stages.Gate;
using Streaming.Stages.Hooks;
using Streaming.Stages.Track;
using Streaming.Stages.Zones;

namespace Streaming.Cli.Running;

/// <summary>What sees a source's frames and results in order: a place for everything that a user can ask for.</summary>
/// <param name="wanted">What the user wants of the source.</param>
internal sealed class SourceHooks(SourceConfig wanted)
{
    /// <summary>The gate before the network; null lets it see every frame.</summary>
    public Func<SourceInfo, IInferenceGate>? Gate => HasGate ? _ => NewGate() : null;

    /// <summary>How many objects there are and move, as the tracker sees it; all 0 without one.</summary>
    public TrackActivity Activity { get; } = new();

    /// <summary>The hooks before the outputs, in their order.</summary>
    /// <param name="source">The source, once it is open.</param>
    public IReadOnlyList<IResultHook> Create(SourceInfo source)
    {
        List<IResultHook> hooks = [];
        if (SourceFilter.IsWanted(wanted))
        {
            hooks.Add(new FilterHook(new SourceFilter(wanted, source.Size)));
        }

        if (wanted.Tracking is { } tracking)
        {
            hooks.Add(new TrackHook(tracking, source, Activity));
            hooks.Add(new ZoneHook(source, wanted, Trackers.MemoryOf(tracking, source.FrameRate)));
        }

        return hooks;
    }
    /// <summary>Without tracks a gated frame shows nothing: unless a user says so, only tracked cameras have a gate.</summary>
    private bool HasGate => wanted.Gate.IsOn ?? (wanted.Tracking is not null && wanted.WhenFull != FullMode.Wait);

    private MotionGate NewGate()
    {
        var (gate, sensitivity) = (wanted.Gate, new MotionSensitivity((float)wanted.Gate.Levels, wanted.Gate.Cells));
        return new MotionGate(Activity, sensitivity, gate.Interval);
    }
}
