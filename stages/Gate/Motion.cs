namespace Streaming.Stages.Gate;

/// <summary>What has changed in a picture.</summary>
internal enum Motion
{
    /// <summary>Nothing that matters.</summary>
    None,

    /// <summary>Something moves.</summary>
    Object,

    /// <summary>The whole picture: it is the first one, a light was switched, the camera was moved.</summary>
    Scene,
}

/// <summary>What counts as motion.</summary>
/// <param name="Levels">Least change of a cell, in shades of 0 to 255.</param>
/// <param name="MinCells">Least size of what moves, in cells; the picture's longer side has about 160.</param>
internal sealed record MotionSensitivity(float Levels = 8, int MinCells = 3);
