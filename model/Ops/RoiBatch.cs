using Streaming.Model.Structures;

namespace Streaming.Model.Ops;

/// <summary>The regions of a batch of images, in output order.</summary>
/// <param name="Boxes">In pixels of the network's input.</param>
/// <param name="Images">For each box the image's index in the batch.</param>
/// <param name="Levels">For each box the index of the feature map to pool from.</param>
internal sealed record RoiBatch(Box[] Boxes, int[] Images, int[] Levels)
{
    public int Count => Boxes.Length;
}
