using System.Text.Json.Nodes;
using Streaming.Config.Settings;

namespace Streaming.Config.Run;

/// <summary>Which tracker follows the objects of a source, and its parameters under the names of the published code.</summary>
internal sealed record TrackingSection
{
    /// <summary>The tracker; never <see cref="TrackerKind.None"/>.</summary>
    public TrackerKind Kind { get; init; } = TrackerKind.ByteTrack;

    /// <summary>ByteTrack: a detection above it is taken in the first round.</summary>
    public double TrackThresh { get; init; } = TrackingSettings.TrackThresh.Usual;

    /// <summary>ByteTrack: most cost of a pair in the first round.</summary>
    public double MatchThresh { get; init; } = TrackingSettings.MatchThresh.Usual;

    /// <summary>ByteTrack: how long a lost track is kept, in thirtieths of a second.</summary>
    public int TrackBuffer { get; init; } = TrackingSettings.TrackBuffer.Usual;

    /// <summary>ByteTrack: leaves the score out of the cost, as for the crowds of MOT20.</summary>
    public bool Mot20 { get; init; } = TrackingSettings.Mot20.Usual;

    /// <summary>OC-SORT: a detection above it is taken in the first round.</summary>
    public double DetThresh { get; init; } = TrackingSettings.DetThresh.Usual;

    /// <summary>OC-SORT: least similarity of a pair.</summary>
    public double IouThreshold { get; init; } = TrackingSettings.IouThreshold.Usual;

    /// <summary>OC-SORT: detections in a row, beside the first, before a track is told.</summary>
    public int MinHits { get; init; } = TrackingSettings.MinHits.Usual;

    /// <summary>OC-SORT: most steps without a detection.</summary>
    public int MaxAge { get; init; } = TrackingSettings.MaxAge.Usual;

    /// <summary>OC-SORT: steps between the two positions that give a direction.</summary>
    public int DeltaT { get; init; } = TrackingSettings.DeltaT.Usual;

    /// <summary>OC-SORT: the weight of the direction.</summary>
    public double Inertia { get; init; } = TrackingSettings.Inertia.Usual;

    /// <summary>OC-SORT: the similarity of the rounds after the first.</summary>
    public BoxMeasure AssoFunc { get; init; } = TrackingSettings.AssoFunc.Usual;

    /// <summary>OC-SORT: whether detections of low score are taken in a second round.</summary>
    public bool UseByte { get; init; } = TrackingSettings.UseByte.Usual;

    /// <summary>The parameters that the tracker reads, for comparing runs.</summary>
    public IEnumerable<(Setting Setting, JsonNode? Value)> Parameters
    {
        get
        {
            (Setting, JsonNode?)[] all =
            [
                (TrackingSettings.TrackThresh, TrackThresh),
                (TrackingSettings.MatchThresh, MatchThresh),
                (TrackingSettings.TrackBuffer, TrackBuffer),
                (TrackingSettings.Mot20, Mot20),
                (TrackingSettings.DetThresh, DetThresh),
                (TrackingSettings.IouThreshold, IouThreshold),
                (TrackingSettings.MinHits, MinHits),
                (TrackingSettings.MaxAge, MaxAge),
                (TrackingSettings.DeltaT, DeltaT),
                (TrackingSettings.Inertia, Inertia),
                (TrackingSettings.AssoFunc, TrackingSettings.AssoFunc.Text(AssoFunc)),
                (TrackingSettings.UseByte, UseByte),
            ];
            return all.Where(item => TrackingSettings.Of(Kind).Contains(item.Item1));
        }
    }

    /// <summary>The tracker that a user described.</summary>
    /// <param name="values">What was said about the run.</param>
    /// <param name="kind">What was said about the source.</param>
    /// <returns>Null for none.</returns>
    public static TrackingSection? From(SettingValues values, TrackerKind kind)
    {
        return kind == TrackerKind.None ? null : new TrackingSection
        {
            Kind = kind,
            TrackThresh = values.Get(TrackingSettings.TrackThresh),
            MatchThresh = values.Get(TrackingSettings.MatchThresh),
            TrackBuffer = values.Get(TrackingSettings.TrackBuffer),
            Mot20 = values.Get(TrackingSettings.Mot20),
            DetThresh = values.Get(TrackingSettings.DetThresh),
            IouThreshold = values.Get(TrackingSettings.IouThreshold),
            MinHits = values.Get(TrackingSettings.MinHits),
            MaxAge = values.Get(TrackingSettings.MaxAge),
            DeltaT = values.Get(TrackingSettings.DeltaT),
            Inertia = values.Get(TrackingSettings.Inertia),
            AssoFunc = values.Get(TrackingSettings.AssoFunc),
            UseByte = values.Get(TrackingSettings.UseByte),
        };
    }
}
