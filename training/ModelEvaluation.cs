using Streaming.Model;
using Streaming.Model.Networks;
using Streaming.Model.Structures;
using Streaming.Training.Data;
using Streaming.Training.Evaluation;

namespace Streaming.Training;

/// <summary>Runs a detector over a data set's pictures, one by one, and compares.</summary>
internal static class ModelEvaluation
{
    /// <summary>COCO's figures.</summary>
    /// <param name="detector">The detector; its class i is the data set's i-th.</param>
    /// <param name="dataset">The truth.</param>
    /// <param name="folder">Of the pictures.</param>
    /// <param name="reader">Decodes them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static (CocoSummary Boxes, CocoSummary? Masks) Run(
        Detector detector, CocoDataset dataset, string folder, PictureReader reader, CancellationToken cancellationToken)
    {
        var found = new List<CocoObject>();
        foreach (var image in dataset.Images)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (pixels, size) = reader(Path.Combine(folder, image.FileName));
            found.AddRange(detector.Detect(new ImageView(pixels, size))
                .Select(detection => CocoObject.Of(image.Id, dataset.Categories[detection.Class].Id, detection)));
        }

        var hasMasks = detector.Network.Architecture.Outputs.HasFlag(NetworkOutputs.Masks)
            && dataset.Objects.All(item => item.Outline is not null);
        return (
            CocoEvaluator.Evaluate(dataset, found, CocoTask.Boxes),
            hasMasks ? CocoEvaluator.Evaluate(dataset, found, CocoTask.Masks) : null);
    }
}
