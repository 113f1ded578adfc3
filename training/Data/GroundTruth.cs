using Streaming.Model.Structures;

namespace Streaming.Training.Data;

/// <summary>The objects of a training image; the lists run in parallel.</summary>
/// <param name="Boxes">In pixels of the training image.</param>
/// <param name="Classes">0 to K - 1.</param>
/// <param name="Masks">Empty for a network without masks.</param>
internal sealed record GroundTruth(Box[] Boxes, int[] Classes, InstanceMask[] Masks)
{
    public int Count => Boxes.Length;
}
