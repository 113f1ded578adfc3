namespace Streaming.Stages.Render;

/// <summary>How results are drawn.</summary>
internal sealed record PictureStyle
{
    /// <summary>Detections below this score are not drawn, 0 to 1.</summary>
    public double MinScore { get; init; } = 0.5;

    /// <summary>Whether each object has a colour of its own, instead of each class.</summary>
    public bool IsByObject { get; init; }

    /// <summary>Most places of a track that are drawn as its trail; 0 for none.</summary>
    public int TrailLength { get; init; }
}
