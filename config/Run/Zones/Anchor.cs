namespace Streaming.Config.Run.Zones;

/// <summary>The point that says where an object is.</summary>
internal enum Anchor
{
    /// <summary>The middle of the box's lower edge: where a person or a car stands.</summary>
    BottomCenter,

    /// <summary>The middle of the box.</summary>
    Center,
}
