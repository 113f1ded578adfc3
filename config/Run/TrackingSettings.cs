using Streaming.Config.Settings;

namespace Streaming.Config.Run;

/// <summary>The settings of <see cref="TrackingSection"/>. Steps are intervals of the source's frame rate.</summary>
internal static class TrackingSettings
{
    /// <summary>See <see cref="TrackingSection.TrackThresh"/>.</summary>
    public static Setting<double> TrackThresh { get; } = new("tracking.track_thresh", SettingTypes.Number(0, 1))
    {
        Usual = 0.6,
        Help = "bytetrack, masks: detections above this score are matched first, with all tracks; those above 0.1 and below it "
            + "with the tracks that are left. A new track takes 0.1 more.",
    };

    /// <summary>See <see cref="TrackingSection.MatchThresh"/>.</summary>
    public static Setting<double> MatchThresh { get; } = new("tracking.match_thresh", SettingTypes.Number(0, 1))
    {
        Usual = 0.9,
        Help = "bytetrack, masks: most cost of a pair in the first round, which is 1 less overlap times score.",
    };

    /// <summary>See <see cref="TrackingSection.TrackBuffer"/>.</summary>
    public static Setting<int> TrackBuffer { get; } = new("tracking.track_buffer", SettingTypes.Whole(0, 10_000))
    {
        Usual = 30,
        Help = "bytetrack, masks: how long a lost track is kept, in thirtieths of a second.",
    };

    /// <summary>See <see cref="TrackingSection.Mot20"/>.</summary>
    public static Setting<bool> Mot20 { get; } = new("tracking.mot20", SettingTypes.Switch)
    {
        Usual = false,
        Help = "bytetrack, masks: leaves the score out of the cost; for crowds.",
    };

    /// <summary>See <see cref="TrackingSection.DetThresh"/>.</summary>
    public static Setting<double> DetThresh { get; } = new("tracking.det_thresh", SettingTypes.Number(0, 1))
    {
        Usual = 0.6,
        Help = "ocsort: detections above this score are matched first; only they start tracks.",
    };

    /// <summary>See <see cref="TrackingSection.IouThreshold"/>.</summary>
    public static Setting<double> IouThreshold { get; } = new("tracking.iou_threshold", SettingTypes.Number(0, 1))
    {
        Usual = 0.3,
        Help = "ocsort: least similarity of a pair.",
    };

    /// <summary>See <see cref="TrackingSection.MinHits"/>.</summary>
    public static Setting<int> MinHits { get; } = new("tracking.min_hits", SettingTypes.Whole(0, 1000))
    {
        Usual = 3,
        Help = "ocsort: detections in a row, beside the first, before a track is told.",
    };

    /// <summary>See <see cref="TrackingSection.MaxAge"/>.</summary>
    public static Setting<int> MaxAge { get; } = new("tracking.max_age", SettingTypes.Whole(0, 10_000))
    {
        Usual = 30,
        Help = "ocsort: most steps without a detection, in intervals of the source's frame rate.",
    };

    /// <summary>See <see cref="TrackingSection.DeltaT"/>.</summary>
    public static Setting<int> DeltaT { get; } = new("tracking.delta_t", SettingTypes.Whole(1, 100))
    {
        Usual = 3,
        Help = "ocsort: steps between the two positions that give an object's direction.",
    };

    /// <summary>See <see cref="TrackingSection.Inertia"/>.</summary>
    public static Setting<double> Inertia { get; } = new("tracking.inertia", SettingTypes.Number(0, 10))
    {
        Usual = 0.2,
        Help = "ocsort: the weight of the direction beside the overlap.",
    };

    /// <summary>See <see cref="TrackingSection.AssoFunc"/>.</summary>
    public static Setting<BoxMeasure> AssoFunc { get; } = new(
        "tracking.asso_func",
        SettingTypes.Choice(
            ("iou", BoxMeasure.IoU), ("giou", BoxMeasure.GIoU), ("diou", BoxMeasure.DIoU), ("ciou", BoxMeasure.CIoU)))
    {
        Usual = BoxMeasure.IoU,
        Help = "ocsort: the similarity of boxes in the rounds after the first.",
    };

    /// <summary>See <see cref="TrackingSection.UseByte"/>.</summary>
    public static Setting<bool> UseByte { get; } = new("tracking.use_byte", SettingTypes.Switch)
    {
        Usual = false,
        Help = "ocsort: matches detections above 0.1 and below det_thresh in a second round.",
    };

    /// <summary>The section.</summary>
    public static SettingsSection Section { get; } = new(
        "tracking",
        "Parameters of the trackers, under the names of the published code; sources.track chooses the tracker.",
        [
            TrackThresh, MatchThresh, TrackBuffer, Mot20, DetThresh, IouThreshold, MinHits, MaxAge, DeltaT, Inertia, AssoFunc,
            UseByte,
        ]);

    /// <summary>The settings that one tracker reads.</summary>
    /// <param name="kind">The tracker.</param>
    public static IReadOnlyList<Setting> Of(TrackerKind kind)
    {
        return kind switch
        {
            TrackerKind.None => [],
            TrackerKind.OcSort => [DetThresh, IouThreshold, MinHits, MaxAge, DeltaT, Inertia, AssoFunc, UseByte],
            _ => [TrackThresh, MatchThresh, TrackBuffer, Mot20],
        };
    }
}
