using System.Globalization;
using System.Text.Json;
using Streaming.Model.Structures;
using Streaming.Stages.Export;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Tests.Export;

/// <summary>COCO, YOLO and MOTChallenge, read back by the rules of each.</summary>
public sealed class LabelFormatsTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ExportRecord _record;
    private readonly Detection _person = ExportRecord.Object(0, 0.875f, new(1, 2, 5, 6), track: 2);
    private readonly Detection _car = ExportRecord.Object(1, 0.5f, new(3.25f, 2, 9.5f, 8));

    public LabelFormatsTests()
    {
        _record = new ExportRecord(_folder.Path);
        _record.Write("a.jsonl", ExportRecord.Lines(
            "a",
            "run",
            0,
            ExportRecord.Frame("a", 0, _person, _car),
            ExportRecord.Frame("a", 1),
            ExportRecord.Frame("a", 2) with { Outcome = FrameOutcome.Failed("infer", "broken") },
            ExportRecord.Frame("a", 3, _person) with { IsGated = true },
            ExportRecord.Frame("a", 4, _car)));
        var picture = ExportRecord.Frame("../b", 0, _car);
        _record.Write("b.jsonl", ExportRecord.Lines(
            "../b", "run", 0, picture with { Identity = picture.Identity with { Name = "x/../../p.q.png" } }));
    }

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public void Coco_HasUniqueIdsAndMasksThatDecode()
    {
        var path = Path.Combine(_record.Export(new CocoFormat()), "annotations.json");
        using var json = JsonDocument.Parse(File.ReadAllText(path));
        var images = json.RootElement.GetProperty("images").EnumerateArray()
            .ToDictionary(item => item.GetProperty("id").GetInt64());
        Assert.Equal(
            ["../b x/../../p.q.png", "a a/000000.jpg", "a a/000001.jpg", "a a/000003.jpg", "a a/000004.jpg"],
            images.Values.Select(item => $"{item.GetProperty("source_id")} {item.GetProperty("file_name")}"));
        Assert.Equal(
            [(1, "person"), (3, "big \"red\", <car>")],
            json.RootElement.GetProperty("categories").EnumerateArray()
                .Select(item => (item.GetProperty("id").GetInt32(), item.GetProperty("name").GetString()!)));
        var annotations = json.RootElement.GetProperty("annotations").EnumerateArray().ToList();
        Assert.Equal(5, annotations.Select(item => item.GetProperty("id").GetInt64()).Distinct().Count());
        Assert.All(annotations, item => Assert.Contains(item.GetProperty("image_id").GetInt64(), images));
        Assert.Equal([_car, _person, _car, _person, _car], annotations.Select(item =>
            item.GetProperty("category_id").GetInt32() == 1 ? _person : _car));
        var first = annotations[1];
        Assert.Equal([1, 2, 4, 4], first.GetProperty("bbox").EnumerateArray().Select(value => value.GetDouble()));
        Assert.Equal(
            [15, 0, 2], new[] { "area", "iscrowd", "track_id" }.Select(name => first.GetProperty(name).GetInt32()));
        var mask = first.GetProperty("segmentation");
        Assert.Equal([12, 16], mask.GetProperty("size").EnumerateArray().Select(value => value.GetInt32()));
        Assert.Equal(
            _person.Mask!.Decode(), Rle.Parse(mask.GetProperty("counts").GetString()!, ExportRecord.Size).Decode());
    }

    [Fact]
    public void Yolo_Boxes_AreSharesOfThePicture()
    {
        var output = _record.Export(new YoloFormat());
        var labels = Path.Combine(output, "labels");
        Assert.Equal(
            ["_b/x/_/_/p.q.txt", "a/000000.txt", "a/000001.txt", "a/000004.txt"],
            Directory.GetFiles(labels, "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(labels, file)).Order(StringComparer.Ordinal));
        var rows = Rows(Path.Combine(labels, "a", "000000.txt"));
        Assert.Equal([0, 3 / 16.0, 4 / 12.0, 4 / 16.0, 4 / 12.0], rows[0], (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal([1, 6.375 / 16, 5 / 12.0, 6.25 / 16, 6 / 12.0], rows[1], (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Empty(File.ReadAllText(Path.Combine(labels, "a", "000001.txt")));
        Assert.Equal(ExportRecord.Categories.Select(item => item.Name), File.ReadAllLines(Path.Combine(output, "classes.txt")));
        var yaml = File.ReadAllLines(Path.Combine(output, "data.yaml"));
        Assert.Equal(["path: .", "train: images", "val: images", "names:", "  0: \"person\""], yaml[..5]);
        Assert.StartsWith("  1: ", yaml[5], StringComparison.Ordinal);
        Assert.Equal(ExportRecord.Categories[1].Name, JsonSerializer.Deserialize<string>(yaml[5]["  1: ".Length..]));
    }

    [Fact]
    public void Yolo_Masks_FilledAgainAreTheMasks()
    {
        var output = _record.Export(new YoloFormat(), new ExportOptions { Masks = true });
        var rows = Rows(Path.Combine(output, "labels", "a", "000000.txt"));
        Assert.Equal(2, rows.Count);
        foreach (var (row, expected) in rows.Zip([_person, _car]))
        {
            Assert.Equal(expected.Class, row[0]);
            var corners = row[1..].Chunk(2).Select(pair => (pair[0] * 16, pair[1] * 12));
            Assert.Equal(expected.Mask!.Decode(), ExportRecord.Fill([.. corners], ExportRecord.Size));
        }
    }

    [Fact]
    public void Mot_HasTracksAloneUnlessToldOtherwise()
    {
        var output = _record.Export(new MotFormat());
        var text = Path.Combine(output, "data", "a.txt");
        Assert.Equal(["1,2,1,2,4,4,0.875,1,1", "4,2,1,2,4,4,0.875,1,1"], File.ReadAllLines(text));
        Assert.Equal(
            [
                "[Sequence]", "name=a", "imDir=img1", "frameRate=25", "seqLength=5", "imWidth=16", "imHeight=12", "imExt=.jpg",
            ],
            File.ReadAllLines(Path.Combine(output, "data", "a", "seqinfo.ini")));
        _record.Export(new MotFormat(), new ExportOptions { TrackedOnly = false, Overwrite = true });
        Assert.Equal(
            ["1,2,1,2,4,4,0.875,1,1", "1,-1,3.25,2,6.25,6,0.5,2,1", "4,2,1,2,4,4,0.875,1,1", "5,-1,3.25,2,6.25,6,0.5,2,1"],
            File.ReadAllLines(text));
        Assert.Empty(_record.Warnings);
        _record.Export(new MotFormat(), new ExportOptions { Sources = ["../b"], Overwrite = true });
        Assert.Contains("--untracked", Assert.Single(_record.Warnings), StringComparison.Ordinal);
    }

    private static List<double[]> Rows(string path)
    {
        return
        [
            .. File.ReadAllLines(path)
                .Select(line => line.Split(' ').Select(field => double.Parse(field, CultureInfo.InvariantCulture)).ToArray()),
        ];
    }
}
