namespace Streaming.Config.Run;

/// <summary>What has a colour of its own in pictures.</summary>
internal enum DrawColors
{
    /// <summary>Each class.</summary>
    Class,

    /// <summary>Each track; what no track has taken up is grey.</summary>
    Object,
}
