namespace Streaming.Config.Run;

/// <summary>How pictures that programs send stand against the sources' frames.</summary>
internal enum DetectPriority
{
    /// <summary>One at a time.</summary>
    Low,

    /// <summary>As many at a time as a batch holds.</summary>
    Normal,

    /// <summary>As many as a file would have.</summary>
    High,
}
