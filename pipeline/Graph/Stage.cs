using Microsoft.Extensions.Logging;
using Prometheus;
using Streaming.Pipeline.Flow;
using Streaming.Stages.Frames;

namespace Streaming.Pipeline.Graph;

/// <summary>
/// What all stages have in common, in one place: work is timed and measured, and what it throws becomes the frame's failure. A
/// block's delegate never throws for a frame, since Dataflow would drop what is queued, undisposed. A frame that failed or is
/// skipped passes through.
/// </summary>
/// <param name="name">As metrics and errors name it.</param>
/// <param name="record">Writes the time into a frame's timings.</param>
/// <param name="duration">Takes the time.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of failures.</param>
internal sealed class Stage(
    string name, Func<FrameTimings, TimeSpan, FrameTimings> record, Histogram.Child duration, TimeProvider time, ILogger logger)
{
    /// <summary>Works on a frame.</summary>
    public WorkItem Run(WorkItem item, Action<WorkItem> work)
    {
        if (item.IsGated || item.Outcome.Status != FrameStatus.Ok)
        {
            return item;
        }

        var started = time.GetTimestamp();
        try
        {
            work(item);
        }
        catch (Exception exception)
        {
            Fail(item, exception);
        }

        Record(item, Observe(started));
        return item;
    }

    /// <summary>Works on several frames at once, which all took that time; the work itself says which of them failed.</summary>
    public TimeSpan Run(WorkItem[] items, Action<WorkItem[]> work)
    {
        var started = time.GetTimestamp();
        work(items);
        var elapsed = Observe(started);
        foreach (var item in items)
        {
            Record(item, elapsed);
        }

        return elapsed;
    }

    /// <summary>Marks the frame as failed and logs why.</summary>
    public void Fail(WorkItem item, Exception exception)
    {
        item.Fail(name, exception.Message);
        PipelineLog.FrameFailed(logger, item.ToString(), name, exception.Message);
    }

    private TimeSpan Observe(long started)
    {
        var elapsed = time.GetElapsedTime(started);
        duration.Observe(elapsed.TotalSeconds);
        return elapsed;
    }

    private void Record(WorkItem item, TimeSpan elapsed)
    {
        item.Timings = record(item.Timings, elapsed);
    }
}
