namespace Streaming.Model.Structures;

/// <summary>What the network found in one image: plain arrays, in pixels of the original picture, best first.</summary>
/// <param name="ImageSize">The original picture's size.</param>
/// <param name="Boxes">Clipped to the picture; never empty.</param>
/// <param name="Scores">0 to 1.</param>
/// <param name="Classes">The model's class numbers, from 0.</param>
/// <param name="MaskSide">Side of a mask, 28 as a rule; 0 when the model has no masks.</param>
/// <param name="Masks">For each detection side x side probabilities within its box, in rows.</param>
internal sealed record RawDetections(ImageSize ImageSize, Box[] Boxes, float[] Scores, int[] Classes, int MaskSide, float[] Masks)
{
    /// <summary>Number of detections.</summary>
    public int Count => Boxes.Length;

    /// <summary>The mask of a detection, <see cref="MaskSide"/> squared probabilities.</summary>
    /// <param name="detection">Its index.</param>
    public ReadOnlySpan<float> Mask(int detection)
    {
        return Masks.AsSpan(detection * MaskSide * MaskSide, MaskSide * MaskSide);
    }
}
