using System.Text.Json;
using Streaming.Training.Evaluation;
using Streaming.Training.Evaluation.Tracks;

namespace Streaming.Training.Tests.Evaluation.Tracks;

/// <summary>A video of the golden folder: truth, results, and what TrackEval says of them.</summary>
internal sealed record GoldenTracks(TrackSequence Truth, TrackSequence Results, JsonElement File)
{
    public const string Folder = "tracking";

    /// <summary>The files of single videos: those with a truth.</summary>
    public static IReadOnlyList<string> Videos { get; } = Find("gt");

    /// <summary>The files of several videos together.</summary>
    public static IReadOnlyList<string> Combinations { get; } = Find("sequences");

    public static GoldenTracks Read(string file)
    {
        var json = GoldenJson.Read(Folder, file);
        return new GoldenTracks(Sequence(json.GetProperty("gt")), Sequence(json.GetProperty("predictions")), json);
    }

    /// <summary>The figures by name, arrays too.</summary>
    public IEnumerable<JsonProperty> Expected(string metric)
    {
        return File.GetProperty("expected").GetProperty(metric).EnumerateObject();
    }

    private static TrackSequence Sequence(JsonElement frames)
    {
        var tracks = new TrackSequence();
        foreach (var frame in frames.EnumerateArray())
        {
            tracks.Reach(tracks.Length + 1);
            foreach (var row in frame.EnumerateArray())
            {
                var box = new CocoBox(row[1].GetDouble(), row[2].GetDouble(), row[3].GetDouble(), row[4].GetDouble());
                Assert.True(tracks.TryAdd(tracks.Length, new TrackedBox(row[0].GetInt64(), box)));
            }
        }

        return tracks;
    }

    private static string[] Find(string member)
    {
        return [.. GoldenJson.Names(Folder, "metrics_*.json")
            .Where(name => GoldenJson.Read(Folder, name).TryGetProperty(member, out _))];
    }
}
