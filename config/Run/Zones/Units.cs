namespace Streaming.Config.Run.Zones;

/// <summary>What coordinates count.</summary>
internal enum Units
{
    /// <summary>Parts of the picture's width and height, 0 to 1.</summary>
    Relative,

    /// <summary>Pixels of the source's picture as it is when the source is opened.</summary>
    Pixels,
}
