using System.Globalization;
using Streaming.Pipeline;
using Streaming.Server.Health;
using Streaming.Stages.Emit;

namespace Streaming.Cli.Display;

/// <summary>A whole run in one line, for logs and service managers.</summary>
/// <param name="time">The clock.</param>
internal sealed class RunSummary(TimeProvider time)
{
    private long _at = time.GetTimestamp();
    private long _emitted;
    private long _dropped;
    private long _failed;

    /// <summary>The sources at this moment; rates are those since the line before.</summary>
    /// <param name="sources">Those of the pipeline.</param>
    /// <param name="paused">Those that are left alone for now.</param>
    public string Next(IReadOnlyList<SourceStatus> sources, IReadOnlyList<IdleSource>? paused = null)
    {
        var now = time.GetTimestamp();
        var seconds = Math.Max(time.GetElapsedTime(_at, now).TotalSeconds, 1e-3);
        var (emitted, dropped, failed) = (
            sources.Sum(source => source.Counts.Emitted),
            sources.Sum(source => source.Counts.Dropped.Values.Sum()),
            sources.Sum(source => source.Counts.Failed.Values.Sum()));
        // Of sources that were removed, the counts are gone.
        var (rate, drops, fails) = (
            Math.Max(emitted - _emitted, 0) / seconds, Math.Max(dropped - _dropped, 0), Math.Max(failed - _failed, 0));
        (_at, _emitted, _dropped, _failed) = (now, emitted, dropped, failed);
        string[] states =
        [
            .. sources.GroupBy(source => source.State).OrderBy(group => group.Key)
                .Select(group => $"{group.Count()} {group.Key.ToString().ToLowerInvariant()}"),
            .. paused is { Count: > 0 } ? [$"{paused.Count} {IdleSource.Paused}"] : Array.Empty<string>(),
        ];
        var newest = sources.Max(source => source.LastResultAt) is { } at
            ? string.Create(CultureInfo.InvariantCulture, $", newest result {Age(at):0.0} s old")
            : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{sources.Count + (paused?.Count ?? 0)} sources{(states.Length == 0 ? "" : ": ")}{string.Join(", ", states)}; ")
            + string.Create(
                CultureInfo.InvariantCulture, $"{rate:0.0} frames/s, {drops} dropped, {fails} failed{newest}");
    }

    /// <summary>How a source ended: "complete" as a rule.</summary>
    public static string End(StreamSummary counts)
    {
        return counts.End switch { StreamEnd.Eof => "complete", StreamEnd.Stopped => "stopped", _ => "failed" };
    }

    /// <summary>Counts by reason, or "0".</summary>
    public static string Counts(IReadOnlyDictionary<string, long> counts)
    {
        return counts.Count == 0 ? "0" : string.Join(
            ", ", counts.Select(item => string.Create(CultureInfo.InvariantCulture, $"{item.Value} ({item.Key})")));
    }

    private double Age(DateTimeOffset at)
    {
        return Math.Max((time.GetUtcNow() - at).TotalSeconds, 0);
    }
}
