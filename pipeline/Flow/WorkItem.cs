using Streaming.Model.Structures;
using Streaming.Stages.Frames;

namespace Streaming.Pipeline.Flow;

/// <summary>
/// A frame on its way through the graph, with what the stages have made of it so far. One block owns it at a time. An error is a
/// value: it sets the outcome, and the later stages pass the frame on untouched.
/// </summary>
internal sealed class WorkItem(Frame frame, IFrameOwner owner, long decodedAt, TimeSpan decodeTime) : IDisposable
{
    private bool _isHandedOver;

    public Frame Frame { get; } = frame;

    public IFrameOwner Owner { get; } = owner;

    /// <summary>Timestamp of the clock when the frame had been decoded.</summary>
    public long DecodedAt { get; } = decodedAt;

    /// <summary>Timestamp of the clock when the frame had been preprocessed.</summary>
    public long PreprocessedAt { get; set; }

    /// <summary>Where the time went so far.</summary>
    public FrameTimings Timings { get; set; } = new() { Decode = decodeTime };

    /// <summary>What the frame holds while it is in flight; null before it is admitted.</summary>
    public Lease? Lease { get; set; }

    public FrameOutcome Outcome { get; private set; } = FrameOutcome.Ok;

    /// <summary>A gate has decided that the network need not see the frame.</summary>
    public bool IsGated { get; set; }

    /// <summary>Set by the preprocess stage, freed by the infer stage; null when the network does not see the frame.</summary>
    public PreprocessedImage? Preprocessed { get; set; }

    /// <summary>Set by the infer stage.</summary>
    public RawDetections? Raw { get; set; }

    /// <summary>Set by the postprocess stage.</summary>
    public IReadOnlyList<Detection> Detections { get; set; } = [];

    /// <summary>Marks the frame as failed in a stage; the first failure stays.</summary>
    public void Fail(string stage, string message)
    {
        if (Outcome.Status == FrameStatus.Ok)
        {
            Outcome = FrameOutcome.Failed(stage, message);
        }
    }

    /// <summary>The frame goes to the outputs, which free it once the last one has it.</summary>
    public Frame HandOver()
    {
        _isHandedOver = true;
        return Frame;
    }

    /// <summary>Frees the preprocessed image, which nothing needs after the network has seen it.</summary>
    public void ReleasePreprocessed()
    {
        Preprocessed?.Dispose();
        Preprocessed = null;
    }

    public void Dispose()
    {
        ReleasePreprocessed();
        if (!_isHandedOver)
        {
            Frame.Dispose();
        }
    }

    /// <summary>Short: a Dataflow block that fails keeps this text.</summary>
    public override string ToString()
    {
        return Frame.ToString();
    }
}
