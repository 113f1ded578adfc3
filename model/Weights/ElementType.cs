namespace Streaming.Model.Weights;

/// <summary>The types of numbers that checkpoints hold.</summary>
internal enum ElementType
{
    Float32,
    Float16,
    BFloat16,
    Float64,
    Int64,
    Int32,
    Int16,
    Int8,
    UInt8,
    Bool,
}

internal static class ElementTypes
{
    /// <summary>Bytes of one number.</summary>
    public static int Size(this ElementType type)
    {
        return type switch
        {
            ElementType.Float64 or ElementType.Int64 => 8,
            ElementType.Float32 or ElementType.Int32 => 4,
            ElementType.Float16 or ElementType.BFloat16 or ElementType.Int16 => 2,
            _ => 1,
        };
    }

    public static bool IsFloat(this ElementType type)
    {
        return type is ElementType.Float32 or ElementType.Float16 or ElementType.BFloat16 or ElementType.Float64;
    }
}
