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

    /// <summary>What has a colour of its own; null: objects where sources are tracked, otherwise classes.</summary>
    public DrawColors? Draw { get; init; }

    /// <summary>Most places of a track that are drawn as its trail; 0 for none.</summary>
    public int Trails { get; init; }

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
            Draw = values.FindValue(OutputSettings.Draw),
            Trails = values.Get(OutputSettings.Trails),
            Segments = SegmentSection.From(values),
            EventFiles = EventFileSettings.Rules(values),
        };
    }
}
