using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using Streaming.Stages.Export;
using Streaming.Training.Evaluation;

namespace Streaming.EndToEnd.Tests;

/// <summary>The demo, exported to every format; each holds what the lines hold.</summary>
public sealed class ExportTests : IDisposable
{
    private static readonly string Samples = Path.Combine(Golden.RepositoryRoot(), "samples");
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public async Task Export_OfTheDemo_HoldsEveryDetectionInEveryFormat()
    {
        var (code, _, error) = await CommandLine.RunAsync(
            "run", Path.Combine(Samples, "street.mp4"), "--config", Path.Combine(Samples, "demo.yaml"),
            "--stride", "40", "--device", "cpu", "--output", _folder.Path);
        Assert.True(code == 0, error);
        var frames = Frames();
        var count = frames.Sum(frame => frame.GetProperty("detections").GetArrayLength());
        Assert.InRange(count, 10, 10_000);
        var outputs = new Dictionary<string, string>();
        foreach (var format in ExportFormats.All)
        {
            (code, var output, error) = await CommandLine.RunAsync(
                ["export", _folder.Path, "--to", format.Key, .. format.IsOfTracks ? ["--untracked"] : Array.Empty<string>()]);
            Assert.True(code == 0, error);
            outputs[format.Key] = _folder.File(format.Key);
            Assert.Equal($"{outputs[format.Key]}: {frames.Length} frames, {count} detections", output.Trim());
        }

        CheckCoco(CocoDataset.Read(Path.Combine(outputs["coco"], "annotations.json")), frames);
        Assert.Equal(count, Lines(outputs["yolo"], "labels/street", "*.txt"));
        Assert.Equal(count, Lines(outputs["mot"], "data", "street.txt"));
        Assert.Equal(count, Lines(outputs["csv"], "", "detections.csv") - 1);
        Assert.Equal("PAR1"u8.ToArray(), File.ReadAllBytes(Path.Combine(outputs["parquet"], "detections.parquet"))[^4..]);
        var cvat = XDocument.Load(Path.Combine(outputs["cvat"], "annotations", "street.xml"));
        Assert.Equal(count, cvat.Descendants("box").Count(box => box.Attribute("outside")!.Value == "0"));
    }

    [Fact]
    public async Task Export_WrongUse_SaysWhatToDo()
    {
        var (code, _, error) = await CommandLine.RunAsync("export", _folder.File("none"), "--to", "coco");
        Assert.Equal((2, $"error: {_folder.File("none")}: there is no such file or folder."), (code, Last(error)));
        (code, _, error) = await CommandLine.RunAsync("export", _folder.Path, "--to", "voc");
        Assert.Equal(2, code);
        Assert.Contains("coco, yolo, mot, csv, parquet, cvat", error, StringComparison.Ordinal);
        (code, _, error) = await CommandLine.RunAsync("export", _folder.Path);
        Assert.Equal(2, code);
        Assert.Contains("--to", error, StringComparison.Ordinal);
        (code, _, error) = await CommandLine.RunAsync("export", _folder.Path, "--to", "csv", "--min-score", "2");
        Assert.Equal(2, code);
        Assert.Contains("--min-score", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_DamagedLine_FailsAndNamesIt()
    {
        const string start = """
            {"type":"stream_start","schema":"frames/1","run_id":"r","source_id":"cam","width":4,"height":4,"fps":null,
            """;
        const string rest = """
            "categories":[],"started_at":"2026-01-31T12:00:00Z"}
            """;
        const string frame = """
            {"type":"frame"}

            """;
        var path = _folder.File("cam.jsonl", $"{start}\n{frame}");
        var (code, _, error) = await CommandLine.RunAsync("export", path, "--to", "csv");
        Assert.Equal(2, code);
        Assert.Contains($"{path}: its first line", error, StringComparison.Ordinal);
        File.WriteAllText(path, $"{start}{rest}\n{frame}{frame}");
        (code, _, error) = await CommandLine.RunAsync("export", path, "--to", "csv");
        Assert.Equal(1, code);
        Assert.Contains($"{path}:2: ", error, StringComparison.Ordinal);
    }

    private static void CheckCoco(CocoDataset dataset, JsonElement[] frames)
    {
        Assert.Equal(frames.Length, dataset.Images.Count);
        foreach (var (image, frame) in dataset.Images.Zip(frames))
        {
            var index = frame.GetProperty("frame_index").GetInt64();
            Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"street/{index:D6}.jpg"), image.FileName);
            var expected = frame.GetProperty("detections").EnumerateArray().ToList();
            var objects = dataset.Objects.Where(item => item.ImageId == image.Id).ToList();
            Assert.Equal(expected.Count, objects.Count);
            foreach (var (item, detection) in objects.Zip(expected))
            {
                Assert.Equal(detection.GetProperty("category_id").GetInt64(), item.CategoryId);
                Assert.Equal(detection.GetProperty("score").GetDouble(), item.Score, 1e-6);
                double[] box = [.. detection.GetProperty("bbox").EnumerateArray().Select(value => value.GetDouble())];
                Assert.Equal(
                    box, [item.Box.X, item.Box.Y, item.Box.Width, item.Box.Height], (a, b) => Math.Abs(a - b) < 0.0011);
                Assert.Equal(
                    detection.GetProperty("segmentation").GetProperty("counts").GetString(), item.Mask!.ToString());
                Assert.False(item.IsCrowd);
            }
        }
    }

    private static string Last(string error)
    {
        return error.Trim().Split('\n')[^1];
    }

    private static int Lines(string folder, string below, string pattern)
    {
        return Directory.GetFiles(Path.Combine(folder, below), pattern).Sum(file => File.ReadAllLines(file).Length);
    }

    private JsonElement[] Frames()
    {
        return
        [
            .. File.ReadLines(_folder.File("street.jsonl"))
                .Select(line => JsonDocument.Parse(line).RootElement)
                .Where(line => line.GetProperty("type").GetString() == "frame"),
        ];
    }
}
