using Streaming.Stages.Frames;
using Streaming.Stages.Hooks;

namespace Streaming.Stages.Emit.Snapshots;

/// <summary>Names in each event of an object the picture that will be made of it, before any output tells the event.</summary>
/// <param name="names">What the files are called.</param>
internal sealed class SnapshotNames(EventFileNames names) : IResultHook
{
    /// <inheritdoc/>
    public FrameResult Apply(Frame frame, FrameResult result)
    {
        return frame.Failure is not null || !result.Events.Any(item => item.Subject is not null)
            ? result
            : result with { Events = [.. result.Events.Select(Name)] };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is held.
    }

    private ObjectEvent Name(ObjectEvent item)
    {
        return item.Subject is null ? item : item with { Snapshot = names.Of(item) };
    }
}
