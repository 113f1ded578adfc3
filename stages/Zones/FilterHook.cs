using Streaming.Stages.Frames;
using Streaming.Stages.Hooks;

namespace Streaming.Stages.Zones;

/// <summary>Removes objects that are as if they were not there, before a tracker sees them. Has no state.</summary>
/// <param name="filter">Which objects stay.</param>
internal sealed class FilterHook(SourceFilter filter) : IResultHook
{
    /// <inheritdoc/>
    public FrameResult Apply(Frame frame, FrameResult result)
    {
        return result.Detections.All(detection => filter.Keeps(detection, result.Size))
            ? result
            : result with { Detections = [.. result.Detections.Where(detection => filter.Keeps(detection, result.Size))] };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
