using Streaming.Stages.Emit;
using Streaming.Training.Evaluation;

namespace Streaming.Cli.Running;

/// <summary>Collects what is found in a data set's pictures, in its own numbers.</summary>
/// <param name="dataset">The pictures in the order in which they come, and the classes in the model's order.</param>
internal sealed class EvaluationSink(CocoDataset dataset) : IFrameSink
{
    private readonly List<CocoObject> _found = [];

    public string Target => "the evaluation";

    /// <summary>What was found so far.</summary>
    public IReadOnlyList<CocoObject> Found => _found;

    public void Write(OutputFrame frame)
    {
        var result = frame.Result;
        if (result.Error is not null)
        {
            // The run's counts tell of it.
            return;
        }

        var image = dataset.Images[(int)result.Identity.Index];
        if (result.Size != image.Size)
        {
            throw new EmitException($"{image.FileName}: is {result.Size}, the data set says {image.Size}.");
        }

        _found.AddRange(result.Detections
            .Select(detection => CocoObject.Of(image.Id, dataset.Categories[detection.Class].Id, detection)));
    }

    public void Complete(StreamSummary summary)
    {
        // Nothing is written.
    }

    public void Dispose()
    {
        // Nothing stays open.
    }
}
