using Streaming.Model.Structures;
using Streaming.Stages.Frames;

namespace Streaming.Pipeline.Flow;

/// <summary>
/// A frame on its way through the graph, with what the stages have made of it so far. One block owns it at a time. An error
/// is a value: it sets the outcome, and the later stages pass the frame on untouched.
/// </summary>
internal sealed class WorkItem(Frame frame, SourceRun source, long decodedAt, TimeSpan decode) : IDisposable
{
    public Frame Frame { get; } = frame;

    public SourceRun Source { get; } = source;

    /// <summary>Timestamp of the clock when the frame had been decoded.</summary>
    public long DecodedAt { get; } = decodedAt;

    public TimeSpan DecodeTime { get; } = decode;

    public long PreprocessedAt { get; set; }

    public TimeSpan PreprocessTime { get; set; }

    public TimeSpan BatchWait { get; set; }

    public TimeSpan InferTime { get; set; }

    public TimeSpan PostprocessTime { get; set; }

    /// <summary>Of which the frame has one, until the network is done with it.</summary>
    public NetworkTurns? Turns { get; set; }

    public FrameOutcome Outcome { get; private set; } = FrameOutcome.Ok;

    /// <summary>Set by the prepare stage, freed after the detect stage.</summary>
    public PreprocessedImage? Preprocessed { get; set; }

    /// <summary>Set by the detect stage.</summary>
    public RawDetections? Raw { get; set; }

    /// <summary>Set by the postprocess stage.</summary>
    public IReadOnlyList<Detection> Detections { get; set; } = [];

    /// <summary>Marks the frame as failed in a stage; the first failure stays.</summary>
    public void Fail(string stage, Exception exception)
    {
        if (Outcome.Status == FrameStatus.Ok)
        {
            Outcome = FrameOutcome.Failed(stage, exception.Message);
        }
    }

    /// <summary>Frees the prepared image, which nothing needs after the network has seen it.</summary>
    public void ReleasePreprocessed()
    {
        Preprocessed?.Dispose();
        Preprocessed = null;
    }

    /// <summary>The network is done with the frame, or never sees it: another one's turn has come.</summary>
    public void LeaveNetwork()
    {
        var turns = Turns;
        Turns = null;
        turns?.GiveBack();
    }

    public void Dispose()
    {
        ReleasePreprocessed();
        Frame.Dispose();
    }

    /// <summary>Short: a Dataflow block that fails keeps this text.</summary>
    public override string ToString()
    {
        return Frame.ToString();
    }
}
