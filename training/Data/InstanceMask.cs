using Streaming.Model.Structures;

namespace Streaming.Training.Data;

/// <summary>The true outline of one object, in pixels of the training image.</summary>
internal abstract record InstanceMask
{
    /// <summary>What the mask head should answer for a box: side x side of 0 and 1, in rows.</summary>
    public abstract byte[] Target(Box box, int side);

    /// <summary>The smallest box around it; empty when nothing is set.</summary>
    public abstract Box Bounds();
}
