using Streaming.Model.Structures;
using Streaming.Stages.Emit;
using Column = Streaming.Stages.Export.TableColumn<Streaming.Stages.Export.DetectionRow>;

namespace Streaming.Stages.Export;

/// <summary>A row of the table of detections.</summary>
/// <param name="Frame">The frame.</param>
/// <param name="Item">The detection.</param>
internal sealed record DetectionRow(ExportedFrame Frame, ExportedObject Item)
{
    /// <summary>The columns; names and units are those of frames/1.</summary>
    public static IReadOnlyList<Column> Columns { get; } =
    [
        Column.Text("source_id", row => row.Frame.Stream.SourceId),
        Column.Text("run_id", row => row.Frame.Stream.RunId),
        Column.Whole("epoch", row => row.Frame.Result.Identity.Epoch),
        Column.Whole("frame_index", row => row.Frame.Result.Identity.Index),
        Column.Whole("pts_ns", row => row.Frame.Result.Identity.Pts.Ticks * TimeSpan.NanosecondsPerTick),
        Column.Text("capture_time", row => JsonLines.Utc(row.Frame.Result.Identity.CaptureTime)),
        Column.Text("name", row => row.Frame.Result.Identity.Name),
        Column.Whole("width", row => row.Frame.Result.Size.Width),
        Column.Whole("height", row => row.Frame.Result.Size.Height),
        Column.Flag("gated", row => row.Frame.Result.IsGated),
        Column.Whole("id", row => row.Item.Id),
        Column.Whole("track_id", row => row.Track?.Id),
        Column.Number("track_age_s", row => (decimal?)row.Track?.Age.TotalSeconds),
        Column.Whole("track_hits", row => row.Track?.Hits),
        Column.Text("track_state", row => row.Track is { } track ? track.IsPredicted ? "predicted" : "tracked" : null),
        Column.Whole("category_id", row => row.Item.Detection.Category.Id),
        Column.Text("category", row => row.Item.Detection.Category.Name),
        Column.Number("score", row => Figures.Rounded(row.Item.Detection.Score, Figures.ScoreDigits)),
        Column.Number("x", row => Figures.Rounded(row.Box.X0, Figures.BoxDigits)),
        Column.Number("y", row => Figures.Rounded(row.Box.Y0, Figures.BoxDigits)),
        Column.Number("box_width", row => Figures.Rounded(row.Box.Width, Figures.BoxDigits)),
        Column.Number("box_height", row => Figures.Rounded(row.Box.Height, Figures.BoxDigits)),
        Column.Whole("area", row => row.Item.Detection.Mask?.Area),
        Column.Text("mask_counts", row => row.Item.Detection.Mask?.ToString()),
    ];

    private Box Box => Item.Detection.Box;

    private TrackInfo? Track => Item.Detection.Track;
}
