using Streaming.Config.Detectron;
using Streaming.Model.Ops;
using Streaming.Model.Structures;

namespace Streaming.Model.Heads;

/// <summary>The detections of one image in pixels of the network's input, best first.</summary>
/// <param name="Boxes">Within the image.</param>
/// <param name="Scores">Probability of the class.</param>
/// <param name="Classes">0 to K - 1.</param>
/// <param name="Rows">
/// The proposal that each came from: its index among the proposals with finite predictions, as detectron2 counts.
/// </param>
internal sealed record BoxDetections(Box[] Boxes, float[] Scores, int[] Classes, int[] Rows)
{
    public int Count => Boxes.Length;
}

/// <summary>
/// Which predictions become detections (detectron2's fast_rcnn_inference_single_image): every class of every proposal
/// with a score above the threshold is a candidate with its own box; NMS within each class; the best over all.
/// </summary>
internal static class DetectionSelection
{
    /// <summary>Selects among the predictions of one image.</summary>
    /// <param name="boxes">For each proposal K boxes, or one when <see cref="RoiHeadsConfig.ClassAgnosticBoxes"/>.</param>
    /// <param name="probabilities">For each proposal K + 1, the background last.</param>
    /// <param name="image">Boxes are clipped to it before NMS.</param>
    /// <param name="config">Classes and thresholds.</param>
    /// <param name="nms">The kernel.</param>
    public static BoxDetections Select(
        ReadOnlySpan<Box> boxes, ReadOnlySpan<float> probabilities, ImageSize image, RoiHeadsConfig config, Nms.Kernel nms)
    {
        var classes = config.NumClasses;
        var boxesPerRow = config.ClassAgnosticBoxes ? 1 : classes;
        var rows = probabilities.Length / (classes + 1);
        var candidates = (Boxes: new List<Box>(), Scores: new List<float>(), Classes: new List<int>(), Rows: new List<int>());
        var finiteRow = -1;
        for (var row = 0; row < rows; row++)
        {
            var rowBoxes = boxes.Slice(row * boxesPerRow, boxesPerRow);
            var rowScores = probabilities.Slice(row * (classes + 1), classes + 1);
            if (!AreFinite(rowBoxes, rowScores))
            {
                continue;
            }

            finiteRow++;
            for (var c = 0; c < classes; c++)
            {
                // float32 against float64, as torch compares a tensor with a Python number after rounding that to float32.
                if (rowScores[c] > (float)config.ScoreThreshold)
                {
                    candidates.Boxes.Add(rowBoxes[boxesPerRow == 1 ? 0 : c].ClipTo(image));
                    candidates.Scores.Add(rowScores[c]);
                    candidates.Classes.Add(c);
                    candidates.Rows.Add(finiteRow);
                }
            }
        }

        Box[] candidateBoxes = [.. candidates.Boxes];
        var kept = Nms.Batched(
            candidateBoxes, candidates.Scores.ToArray(), candidates.Classes.ToArray(), config.NmsThreshold, nms);
        var best = kept.Take(config.DetectionsPerImage < 0 ? kept.Count : config.DetectionsPerImage).ToArray();
        return new BoxDetections(
            [.. best.Select(i => candidateBoxes[i])],
            [.. best.Select(i => candidates.Scores[i])],
            [.. best.Select(i => candidates.Classes[i])],
            [.. best.Select(i => candidates.Rows[i])]);
    }

    /// <summary>A row with any value that is not finite is dropped as a whole.</summary>
    private static bool AreFinite(ReadOnlySpan<Box> boxes, ReadOnlySpan<float> scores)
    {
        foreach (var box in boxes)
        {
            if (!box.IsFinite)
            {
                return false;
            }
        }

        foreach (var score in scores)
        {
            if (!float.IsFinite(score))
            {
                return false;
            }
        }

        return true;
    }
}
