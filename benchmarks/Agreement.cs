using System.Globalization;
using System.Text.Json;
using Streaming.Model.Structures;

namespace Streaming.Benchmarks;

/// <summary>How many detections of one run another has too: the question behind each faster and less exact way.</summary>
internal static class Agreement
{
    private const double MinScore = 0.1;
    private const float MinIoU = 0.9f;
    private const double MaxDifference = 0.02;

    /// <summary>Compares the JSON lines of two output folders, file by file and frame by frame, and prints a line.</summary>
    public static void Print(string expectedFolder, string actualFolder)
    {
        var (all, found, close) = (0, 0, 0);
        foreach (var file in Directory.EnumerateFiles(expectedFolder, "*.jsonl").Select(path => Path.GetFileName(path)))
        {
            var actual = Read(Path.Combine(actualFolder, file));
            foreach (var (frame, expected) in Read(Path.Combine(expectedFolder, file)))
            {
                foreach (var item in expected.Where(item => item.Score > MinScore))
                {
                    var counterparts = actual.GetValueOrDefault(frame, [])
                        .Where(other => other.Category == item.Category && Box.IoU(other.Box, item.Box) > MinIoU)
                        .ToArray();
                    all++;
                    found += counterparts.Length > 0 ? 1 : 0;
                    close += counterparts.Any(other => Math.Abs(other.Score - item.Score) <= MaxDifference) ? 1 : 0;
                }
            }
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{all} detections above {MinScore}: "
            + $"{100.0 * found / all:0.00} % have a counterpart of the same class with an IoU above {MinIoU}, "
            + $"{100.0 * close / all:0.00} % one whose score differs by {MaxDifference} at most"));
    }

    private static Dictionary<long, (int Category, double Score, Box Box)[]> Read(string file)
    {
        return File.ReadLines(file)
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.GetProperty("type").GetString() == "frame")
            .ToDictionary(
                line => line.GetProperty("frame_index").GetInt64(),
                line => line.GetProperty("detections").EnumerateArray()
                    .Select(item => (
                        item.GetProperty("category_id").GetInt32(),
                        item.GetProperty("score").GetDouble(),
                        ToBox(item.GetProperty("bbox"))))
                    .ToArray());
    }

    private static Box ToBox(JsonElement xywh)
    {
        var (x, y) = (xywh[0].GetSingle(), xywh[1].GetSingle());
        return new Box(x, y, x + xywh[2].GetSingle(), y + xywh[3].GetSingle());
    }
}
