using System.Numerics;

namespace Streaming.Model.Structures;

/// <summary>What is known of a feature map before there is one.</summary>
/// <param name="Channels">Numbers of each pixel.</param>
/// <param name="Stride">Pixels of the network's input for each of its own, along one side; a power of two.</param>
internal sealed record ShapeSpec(int Channels, int Stride)
{
    /// <summary>Its number in a pyramid, as in "p2" or "res3": log2 of the stride.</summary>
    public int Level => BitOperations.Log2((uint)Stride);

    /// <summary>Its pixels for each of the input's, along one side.</summary>
    public double Scale => 1.0 / Stride;
}
