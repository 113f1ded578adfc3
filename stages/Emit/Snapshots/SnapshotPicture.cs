namespace Streaming.Stages.Emit.Snapshots;

/// <summary>A picture of an event.</summary>
internal enum SnapshotPicture
{
    /// <summary>The object alone, at the moment when it was seen best.</summary>
    Crop,

    /// <summary>The whole picture at the event, with the detections drawn in.</summary>
    Drawn,

    /// <summary>The whole picture at the event.</summary>
    Plain,
}
