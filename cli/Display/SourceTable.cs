using System.Globalization;
using Spectre.Console;
using Streaming.Pipeline;
using Streaming.Server.Health;
using Streaming.Stages.Emit;

namespace Streaming.Cli.Display;

/// <summary>The sources of a run as a table that is shown anew several times a second.</summary>
/// <param name="time">The clock.</param>
internal sealed class SourceTable(TimeProvider time)
{
    private readonly FrameRates _rates = new(time, TimeSpan.FromSeconds(5));

    /// <summary>The sources at this moment.</summary>
    /// <param name="sources">Those of the pipeline.</param>
    /// <param name="paused">Those that are left alone for now.</param>
    public Table At(IReadOnlyList<SourceStatus> sources, IReadOnlyList<IdleSource>? paused = null)
    {
        var table = new Table().RoundedBorder().AddColumns(
            "source", "state", "frames/s", "frames", "newest", "dropped", "failed", "objects", "last error");
        foreach (var source in sources)
        {
            var counts = source.Counts;
            table.AddRow(
                new Text(source.Id),
                new Text(State(source), new Style(ColorOf(source.State))),
                new Text(source.HasEnded ? "" : Number(_rates.Of(source))),
                new Text(Number(counts.Emitted)),
                new Text(source is { HasEnded: false, LastResultAt: { } at } ? Age(at) : ""),
                new Text(Number(counts.Dropped.Values.Sum())),
                new Text(Number(counts.Failed.Values.Sum())),
                new Text(source is { HasEnded: false, LastResultAt: not null } ? Number(source.Objects) : ""),
                new Text(source.LastError is { } error ? $"{Clock(source.LastErrorAt)}{error}" : "").Ellipsis());
        }

        foreach (var source in paused ?? [])
        {
            table.AddRow(new Text(source.Id), new Text(source.State, new Style(Color.Grey)));
        }

        return table;
    }

    /// <summary>What a source does; of a file, how far it has come.</summary>
    private static string State(SourceStatus source)
    {
        var state = source.State.ToString().ToLowerInvariant();
        if (source is { State: SourceState.Running, Info.FrameCount: > 0 and var count })
        {
            var done = source.Counts.Emitted + source.Counts.Dropped.Values.Sum() + source.Counts.Failed.Values.Sum();
            return string.Create(CultureInfo.InvariantCulture, $"{100.0 * Math.Min(done, count) / count:0} %");
        }

        return source is { HasEnded: true, Counts.End: StreamEnd.Stopped } ? "stopped" : state;
    }

    private static Color ColorOf(SourceState state)
    {
        return state switch
        {
            SourceState.Running => Color.Green,
            SourceState.Failed => Color.Red,
            SourceState.Opening or SourceState.Reconnecting => Color.Yellow,
            _ => Color.Grey,
        };
    }

    private string Age(DateTimeOffset at)
    {
        var age = time.GetUtcNow() - at;
        return string.Create(CultureInfo.InvariantCulture, $"{Math.Max(age.TotalSeconds, 0):0.0} s");
    }

    private string Clock(DateTimeOffset? at)
    {
        return at is { } moment
            ? TimeZoneInfo.ConvertTime(moment, time.LocalTimeZone).ToString("HH:mm:ss ", CultureInfo.InvariantCulture)
            : "";
    }

    private static string Number(long value)
    {
        return value.ToString(CultureInfo.InvariantCulture);
    }

    private static string Number(double value)
    {
        return value.ToString("0.0", CultureInfo.InvariantCulture);
    }
}
