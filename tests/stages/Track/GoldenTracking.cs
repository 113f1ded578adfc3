using System.IO.Compression;
using System.Text.Json;
using Streaming.Config.Run;
using Streaming.Stages.Track;

namespace Streaming.Stages.Tests.Track;

/// <summary>The results of the public trackers in the golden folder; see its README.</summary>
internal static class GoldenTracking
{
    private static string Folder => Path.Combine(Golden.Folder, "tracking");

    /// <summary>The names of the cases that fit a pattern; a folder without one is an error, not a pass.</summary>
    public static TheoryData<string> Cases(string pattern)
    {
        string[] names = Directory.Exists(Folder) ? [.. Directory.EnumerateFiles(Folder, pattern).Select(Path.GetFileName)!] : [];
        return names.Length > 0 ? [.. names.Order(StringComparer.Ordinal)]
            : throw new FileNotFoundException($"{Folder} has no {pattern}: nothing would be tested.");
    }

    public static JsonElement Read(string name)
    {
        using var file = File.OpenRead(Path.Combine(Folder, name));
        using var text = new GZipStream(file, CompressionMode.Decompress);
        return JsonDocument.Parse(text).RootElement;
    }

    public static double[] Numbers(this JsonElement array)
    {
        return [.. array.EnumerateArray().Select(number => number.GetDouble())];
    }

    public static TrackBox Box(this JsonElement array)
    {
        var numbers = array.Numbers();
        return new TrackBox(numbers[0], numbers[1], numbers[2], numbers[3]);
    }

    /// <summary>Runs a tracker over a case and compares ids, their order and boxes in every frame.</summary>
    public static void Check(JsonElement golden, ITracker tracker)
    {
        var (frames, rows) = (0, 0);
        foreach (var (detections, tracks) in golden.GetProperty("detections").EnumerateArray().Zip(
            golden.GetProperty("tracks").EnumerateArray()))
        {
            Observation[] seen =
                [.. detections.EnumerateArray().Select(item => new Observation(Box(item), item[4].GetDouble(), 0))];
            tracker.Update(1, seen, TimeSpan.FromSeconds(frames++));
            JsonElement[] expected = [.. tracks.EnumerateArray()];
            Assert.True(
                expected.Select(row => row[0].GetInt64()).SequenceEqual(tracker.Tracks.Select(track => track.Id)),
                $"frame {frames}: {string.Join(' ', tracker.Tracks.Select(track => track.Id))}");
            foreach (var (row, track) in expected.Zip(tracker.Tracks))
            {
                var box = row.Numbers();
                Assert.Equal(box[1], track.Box.X0, 1e-4);
                Assert.Equal(box[2], track.Box.Y0, 1e-4);
                Assert.Equal(box[3], track.Box.X1, 1e-4);
                Assert.Equal(box[4], track.Box.Y1, 1e-4);
                Assert.InRange(track.Taken, 0, seen.Length - 1);
                rows++;
            }
        }

        Assert.True(rows > 0, "no track in any frame");
    }

    public static TrackingSection ByteTrackOf(JsonElement parameters)
    {
        return new TrackingSection
        {
            TrackThresh = parameters.GetProperty("track_thresh").GetDouble(),
            MatchThresh = parameters.GetProperty("match_thresh").GetDouble(),
            TrackBuffer = parameters.GetProperty("track_buffer").GetInt32(),
            Mot20 = parameters.GetProperty("mot20").GetBoolean(),
        };
    }

    public static TrackingSection OcSortOf(JsonElement parameters)
    {
        return new TrackingSection
        {
            Kind = TrackerKind.OcSort,
            DetThresh = parameters.GetProperty("det_thresh").GetDouble(),
            IouThreshold = parameters.GetProperty("iou_threshold").GetDouble(),
            MinHits = parameters.GetProperty("min_hits").GetInt32(),
            MaxAge = parameters.GetProperty("max_age").GetInt32(),
            DeltaT = parameters.GetProperty("delta_t").GetInt32(),
            Inertia = parameters.GetProperty("inertia").GetDouble(),
            UseByte = parameters.GetProperty("use_byte").GetBoolean(),
            AssoFunc = Enum.Parse<BoxMeasure>(parameters.GetProperty("asso_func").GetString()!, ignoreCase: true),
        };
    }
}
