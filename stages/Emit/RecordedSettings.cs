using System.Text.Json;
using System.Text.Json.Nodes;
using Streaming.Config.Run;
using Streaming.Config.Run.Zones;
using Streaming.Config.Settings;

namespace Streaming.Stages.Emit;

/// <summary>
/// The settings that change results, as the first line of a record holds them: what a run that resumes must have in common with
/// the earlier one. Files and checkpoints count by their content, not by their name. A line of an older version lacks some:
/// what is not there is not compared.
/// </summary>
internal static class RecordedSettings
{
    /// <summary>Writes the member "settings".</summary>
    public static void Write(Utf8JsonWriter json, RunInfo run, SourceConfig source)
    {
        json.WritePropertyName("settings");
        Asked(run, source).WriteTo(json);
    }

    /// <summary>What differs.</summary>
    /// <param name="header">The first line of the record.</param>
    /// <param name="run">This run.</param>
    /// <param name="source">What the user wants of the source.</param>
    public static IEnumerable<SettingDifference> Differences(JsonObject header, RunInfo run, SourceConfig source)
    {
        var model = header["model"] as JsonObject ?? [];
        var asked = header["settings"] as JsonObject ?? [];

        // The score threshold speaks for the whole configuration where an older version recorded nothing else.
        var config = model.ContainsKey("config_sha256")
            ? Content(ModelSettings.Config, model, "config_sha256", run.ConfigSha256, "another configuration")
            : Content(ModelSettings.Config, model, "score_threshold", run.ScoreThreshold, "another score threshold");
        var weights = run.WeightsSha256 is { } sha256
            ? Content(ModelSettings.Weights, model, "weights_sha256", sha256, "another checkpoint")
            : Content(ModelSettings.Weights, model, "weights", run.Weights, "other weights");
        return
        [
            .. config,
            .. weights,
            .. Content(ModelSettings.Classes, header, "categories", Categories(run), "other classes"),
            .. Value(ModelSettings.Precision, model, "precision", run.Precision),
            .. Asked(run, source).SelectMany(item => Value(SettingOf(item.Key), asked, item.Key, item.Value)),
            .. Input(header, source),
        ];
    }

    /// <summary>The first member of a first line that keeps a stream from being added to the record, or null.</summary>
    /// <param name="header">The first line of the record.</param>
    /// <param name="wanted">The first line that the stream would have.</param>
    public static string? Difference(JsonObject header, JsonObject wanted)
    {
        string[] others = ["run_id", "started_at", .. SameByContent(header, wanted)];
        return wanted
            .Where(item => !others.Contains(item.Key) && header.ContainsKey(item.Key))
            .FirstOrDefault(item => header[item.Key] is JsonObject before && item.Value is JsonObject now
                ? Difference(before, now) is not null
                : !JsonNode.DeepEquals(header[item.Key], item.Value))
            .Key ?? (wanted.ContainsKey("range") != header.ContainsKey("range") ? "range" : null);
    }

    /// <summary>Whether two locations are the same: a file may be named relative to another folder.</summary>
    public static bool IsSameSource(string one, string other)
    {
        return one == other || (!one.Contains(':', StringComparison.Ordinal) && Path.GetFullPath(one) == Path.GetFullPath(other));
    }

    /// <summary>Names that do not count since what they name is known to be the same.</summary>
    private static IEnumerable<string> SameByContent(JsonObject header, JsonObject wanted)
    {
        foreach (var name in new[] { "config", "weights" })
        {
            if (header[$"{name}_sha256"] is { } before && JsonNode.DeepEquals(before, wanted[$"{name}_sha256"]))
            {
                yield return name;
            }
        }

        if (header["source"] is JsonValue source && wanted["source"] is { } now && IsSameSource(
            source.ToString(), now.ToString()))
        {
            yield return "source";
        }
    }

    private static JsonObject Asked(RunInfo run, SourceConfig source)
    {
        var filter = ZoneJson.Of(source.Filter);
        var asked = new JsonObject
        {
            [ModelSettings.Exact.Path] = run.IsExact,
            [ModelSettings.Winograd.Path] = run.IsWinograd,
            [SourceSettings.MaxFps.Path] = source.MaxFps,
            [SourceSettings.Start.Path] = source.Start.TotalSeconds,
            [SourceSettings.End.Path] = source.End?.TotalSeconds,
            [SourceSettings.Stride.Path] = source.Stride,
            [SourceSettings.Track.Path] = SourceSettings.Track.Text(source.Tracking?.Kind ?? TrackerKind.None),
            [ZoneChecks.SourceFilter.Classes.Path] = filter["classes"]!.DeepClone(),
            [ZoneChecks.SourceFilter.Score.Path] = source.Filter.Score,
            [ZoneChecks.SourceFilter.ClassScores.Path] = filter["class_scores"]!.DeepClone(),
            [RegionSettings.All.Path] = ZoneJson.Of(source.Ignore),
            [ZoneSettings.All.Path] = ZoneJson.Of(source.Zones),
            [LineSettings.All.Path] = ZoneJson.Of(source.Lines),
            [GateSettings.Gate.Path] = source.Gate.IsOn == true,
        };
        foreach (var (setting, value) in source.Tracking?.Parameters ?? [])
        {
            asked[setting.Path] = value;
        }

        if (source.Gate is { IsOn: true } gate)
        {
            asked[GateSettings.Interval.Path] = gate.Interval.TotalSeconds;
            asked[GateSettings.Levels.Path] = gate.Levels;
            asked[GateSettings.Cells.Path] = gate.Cells;
        }

        return asked;
    }

    private static Setting SettingOf(string path)
    {
        SettingsSection[] sections = [ModelSettings.Section, SourceSettings.Section, TrackingSettings.Section];
        return sections.SelectMany(section => section.Settings).First(setting => setting.Path == path);
    }

    private static JsonArray Categories(RunInfo run)
    {
        return [.. run.Categories.Select(category => new JsonObject { ["id"] = category.Id, ["name"] = category.Name })];
    }

    /// <summary>A setting that names something counts by what that holds.</summary>
    private static SettingDifference[] Content(Setting setting, JsonObject recorded, string key, JsonNode? now, string before)
    {
        return IsOther(recorded, key, now) ? [new SettingDifference(setting, before, $"this {setting.Key}")] : [];
    }

    private static SettingDifference[] Value(Setting setting, JsonObject recorded, string key, JsonNode? now)
    {
        return !IsOther(recorded, key, now) ? []
            : now is JsonArray ? [new SettingDifference(setting, $"other {setting.Key}", $"these {setting.Key}")]
            : [new SettingDifference(setting, Show(setting, recorded[key]), Show(setting, now))];
    }

    private static bool IsOther(JsonObject recorded, string key, JsonNode? now)
    {
        return recorded.TryGetPropertyValue(key, out var before) && !JsonNode.DeepEquals(before, now);
    }

    private static SettingDifference[] Input(JsonObject header, SourceConfig source)
    {
        // The record shows an address without what is secret in it.
        return header["source"] is JsonValue before && !source.Input.Contains("://", StringComparison.Ordinal)
            && !IsSameSource(before.ToString(), source.Input)
            ? [new SettingDifference(SourceSettings.Input, $"input {before}", $"input {source.Input}")]
            : [];
    }

    private static string Show(Setting setting, JsonNode? value)
    {
        return value is null ? $"no {setting.Key}" : $"{setting.Key} {value}";
    }
}
