namespace Streaming.Stages.Zones;

/// <summary>Why an object is no longer somewhere, as events tell it.</summary>
internal static class Causes
{
    /// <summary>Its track was not seen for too long.</summary>
    public const string Lost = "lost";

    /// <summary>The source was lost.</summary>
    public const string SourceLost = "source_lost";

    /// <summary>The zone's hours are over.</summary>
    public const string Schedule = "schedule";
}
