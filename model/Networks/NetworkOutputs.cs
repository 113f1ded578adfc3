namespace Streaming.Model.Networks;

/// <summary>What a network says of each object.</summary>
[Flags]
internal enum NetworkOutputs
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A box, a class and a score.</summary>
    Boxes = 1,

    /// <summary>A mask within the box.</summary>
    Masks = 2,
}
