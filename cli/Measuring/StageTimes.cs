using Streaming.Stages.Frames;

namespace Streaming.Cli.Measuring;

/// <summary>How long frames spent in each stage.</summary>
internal sealed class StageTimes
{
    /// <summary>Reading and decoding, without waiting for a frame's turn.</summary>
    public TimeHistogram Decode { get; } = new();

    /// <summary>See <see cref="FrameTimings.Preprocess"/>.</summary>
    public TimeHistogram Preprocess { get; } = new();

    /// <summary>See <see cref="FrameTimings.BatchWait"/>.</summary>
    public TimeHistogram BatchWait { get; } = new();

    /// <summary>See <see cref="FrameTimings.Infer"/>: each frame has the time of its whole batch.</summary>
    public TimeHistogram Infer { get; } = new();

    /// <summary>See <see cref="FrameTimings.Postprocess"/>.</summary>
    public TimeHistogram Postprocess { get; } = new();

    /// <summary>Writing to the output.</summary>
    public TimeHistogram Emit { get; } = new();

    /// <summary>See <see cref="FrameTimings.EndToEnd"/>.</summary>
    public TimeHistogram EndToEnd { get; } = new();

    private IEnumerable<TimeHistogram> All => [Decode, Preprocess, BatchWait, Infer, Postprocess, Emit, EndToEnd];

    /// <summary>The times of several streams together.</summary>
    public static StageTimes Sum(IEnumerable<StageTimes> streams)
    {
        var sum = new StageTimes();
        foreach (var stream in streams)
        {
            foreach (var (to, from) in sum.All.Zip(stream.All))
            {
                to.Add(from);
            }
        }

        return sum;
    }

    /// <summary>Counts a frame that was written; its decoding is counted where it is decoded.</summary>
    public void Add(FrameTimings frame, TimeSpan written)
    {
        Preprocess.Add(frame.Preprocess);
        BatchWait.Add(frame.BatchWait);
        Infer.Add(frame.Infer);
        Postprocess.Add(frame.Postprocess);
        Emit.Add(written);
        EndToEnd.Add(frame.EndToEnd);
    }
}
