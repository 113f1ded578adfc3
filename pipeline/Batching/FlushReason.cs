namespace Streaming.Pipeline.Batching;

/// <summary>Why a batch was sent.</summary>
internal enum FlushReason
{
    /// <summary>It was full.</summary>
    Full,

    /// <summary>Its first frame had waited long enough, and a device was idle.</summary>
    Timeout,

    /// <summary>A source's next frame has another shape and must not overtake.</summary>
    Order,

    /// <summary>No frame follows.</summary>
    End,
}
