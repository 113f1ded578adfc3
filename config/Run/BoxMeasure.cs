namespace Streaming.Config.Run;

/// <summary>How alike two boxes are.</summary>
internal enum BoxMeasure
{
    /// <summary>Intersection over union.</summary>
    IoU,

    /// <summary>Generalized: also counts what the box around both holds beside them.</summary>
    GIoU,

    /// <summary>With the distance of the centres.</summary>
    DIoU,

    /// <summary>With the distance of the centres and the difference of the shapes.</summary>
    CIoU,
}
