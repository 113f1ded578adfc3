using Streaming.Config.Settings;

namespace Streaming.Config.Run;

/// <summary>What all outputs share.</summary>
internal sealed record OutputSection
{
    /// <summary>The folder of all outputs.</summary>
    public required string Folder { get; init; }

    /// <summary>What happens when an output exists already.</summary>
    public ExistingOutput Existing { get; init; }

    /// <summary>Least score that is drawn, 0 to 1.</summary>
    public double DrawThreshold { get; init; }

    /// <summary>How what cameras write is cut into segments.</summary>
    public SegmentSection Segments { get; init; } = new();

    /// <summary>How long the pictures and clips of events are kept.</summary>
    public KeepRules EventFiles { get; init; } = KeepRules.All;

    /// <summary>The section that a user described.</summary>
    /// <param name="values">What was said.</param>
    public static OutputSection From(SettingValues values)
    {
        return new OutputSection
        {
            Folder = values.Get(OutputSettings.Folder),
            Existing = values.Get(OutputSettings.Existing),
            DrawThreshold = values.Get(OutputSettings.DrawThreshold),
            Segments = SegmentSection.From(values),
            EventFiles = EventFileSettings.Rules(values),
        };
    }
}
