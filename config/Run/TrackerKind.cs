namespace Streaming.Config.Run;

/// <summary>How objects are followed from frame to frame.</summary>
internal enum TrackerKind
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>ByteTrack: boxes, those of low score in a second round.</summary>
    ByteTrack,

    /// <summary>OC-SORT: boxes and directions; what was hidden is found again along a straight path.</summary>
    OcSort,

    /// <summary>ByteTrack's rounds, with the overlap of masks beside that of boxes.</summary>
    Masks,
}
