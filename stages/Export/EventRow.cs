using Streaming.Stages.Emit;
using Streaming.Stages.Frames;
using Column = Streaming.Stages.Export.TableColumn<Streaming.Stages.Export.EventRow>;

namespace Streaming.Stages.Export;

/// <summary>A row of the table of events.</summary>
/// <param name="Frame">The frame that tells it.</param>
/// <param name="Item">The event.</param>
internal sealed record EventRow(ExportedFrame Frame, ObjectEvent Item)
{
    /// <summary>
    /// The columns; names and units are those of frames/1. The ids of a clip's events have blanks between them.
    /// </summary>
    public static IReadOnlyList<Column> Columns { get; } =
    [
        Column.Text("source_id", row => row.Frame.Stream.SourceId),
        Column.Text("run_id", row => row.Frame.Stream.RunId),
        Column.Text("id", row => row.Item.Id),
        Column.Text("event", row => ObjectEventJson.NameOf(row.Item.Kind)),
        Column.Whole("epoch", row => row.Item.Epoch),
        Column.Whole("frame_index", row => row.Frame.Result.Identity.Index),
        Column.Whole("pts_ns", row => row.Item.Pts.Ticks * TimeSpan.NanosecondsPerTick),
        Column.Text("at", row => JsonLines.Utc(row.Item.At)),
        Column.Text("cause", row => row.Item.Cause),
        Column.Text("zone", row => row.Item.Zone),
        Column.Text("line", row => row.Item.Line),
        Column.Text("direction", row => row.Item.Direction),
        Column.Whole("count", row => row.Item.Count),
        Column.Number("dwell_s", row => (decimal?)row.Item.Dwell?.TotalSeconds),
        Column.Whole("track_id", row => row.Item.TrackId),
        Column.Whole("category_id", row => row.Item.Subject?.Category.Id),
        Column.Text("category", row => row.Item.Subject?.Category.Name),
        Column.Number("score", row => Rounded(row.Item.Subject?.Score, Figures.ScoreDigits)),
        Column.Number("x", row => Rounded(row.Item.Subject?.Box.X0, Figures.BoxDigits)),
        Column.Number("y", row => Rounded(row.Item.Subject?.Box.Y0, Figures.BoxDigits)),
        Column.Number("box_width", row => Rounded(row.Item.Subject?.Box.Width, Figures.BoxDigits)),
        Column.Number("box_height", row => Rounded(row.Item.Subject?.Box.Height, Figures.BoxDigits)),
        Column.Text("snapshot", row => row.Item.Snapshot),
        Column.Text("clip", row => row.Item.Clip),
        Column.Text("events", row => row.Item.Events.Count == 0 ? null : string.Join(' ', row.Item.Events)),
    ];

    private static decimal? Rounded(float? value, int digits)
    {
        return value is { } known ? Figures.Rounded(known, digits) : null;
    }
}
