using System.Globalization;
using System.Xml.Linq;
using Streaming.Model.Structures;
using Streaming.Stages.Export;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Tests.Export;

/// <summary>"CVAT for video 1.1", read as its documentation says.</summary>
public sealed class CvatFormatTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ExportRecord _record;
    private readonly Detection _car = ExportRecord.Object(1, 0.5f, new(3.25f, 2, 9.5f, 8), track: 6);
    private readonly Detection _person = ExportRecord.Object(0, 0.875f, new(1, 2, 5, 6));

    public CvatFormatTests()
    {
        _record = new ExportRecord(_folder.Path);
        _record.Write("cam.jsonl", ExportRecord.Lines(
            "cam",
            "run",
            0,
            ExportRecord.Frame("cam", 0, _car, _person),
            ExportRecord.Frame("cam", 2, _car with { Class = 0, Category = ExportRecord.Categories[0] }),
            ExportRecord.Frame("cam", 3) with { Outcome = FrameOutcome.Failed("infer", "broken") },
            ExportRecord.Frame("cam", 4),
            ExportRecord.Frame("cam", 6, _car),
            ExportRecord.Frame("cam", 8, _car, _person)));
    }

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public void Boxes_TracksAndSingleShapes_FollowTheRules()
    {
        var annotations = Read(new ExportOptions());
        var task = annotations.Element("meta")!.Element("task")!;
        Assert.Equal("1.1", annotations.Element("version")!.Value);
        Assert.Equal(
            ["cam", "9", "interpolation", "8"],
            new[] { "name", "size", "mode", "stop_frame" }.Select(name => task.Element(name)!.Value));
        Assert.Equal(
            ("16", "12"),
            (task.Element("original_size")!.Element("width")!.Value, task.Element("original_size")!.Element("height")!.Value));
        var labels = task.Element("labels")!.Elements("label").Select(label => label.Element("name")!.Value).ToList();
        Assert.Equal(ExportRecord.Categories.Select(item => item.Name), labels);

        var tracks = annotations.Elements("track").ToList();
        Assert.Equal(["6", "7", "8"], tracks.Select(track => track.Attribute("id")!.Value));
        Assert.Equal([labels[1], labels[0], labels[0]], tracks.Select(track => track.Attribute("label")!.Value));
        Assert.Equal([(0, false), (2, false), (4, true), (6, false), (8, false)], Shapes(tracks[0]));
        Assert.Equal([(0, false), (1, true)], Shapes(tracks[1]));
        // No frame follows in which it could be gone.
        Assert.Equal([(8, false)], Shapes(tracks[2]));
        var box = tracks[0].Element("box")!;
        Assert.Equal([3.25, 2, 9.5, 8], new[] { "xtl", "ytl", "xbr", "ybr" }.Select(name => Number(box, name)));
        Assert.Empty(annotations.Descendants("mask"));
    }

    [Fact]
    public void Masks_EachIsATrackOfItsOwn_AndDecodesByRows()
    {
        var tracks = Read(new ExportOptions { Masks = true }).Elements("track").ToList();
        Assert.Equal(6, tracks.Count);
        Assert.Equal(6, tracks.Select(track => track.Attribute("id")!.Value).Distinct().Count());
        Assert.All(tracks, track => Assert.Equal(1, Shapes(track).Count(shape => !shape.IsOutside)));
        var people = tracks.Where(track => Number(track.Element("mask")!, "left") == 1).ToList();
        Assert.Equal(2, people.Count);
        Assert.All(people, track => Assert.Equal(_person.Mask!.Decode(), Decode(track.Element("mask")!)));
        Assert.All(tracks.Except(people), track => Assert.Equal(_car.Mask!.Decode(), Decode(track.Element("mask")!)));
    }

    [Fact]
    public void KeyedLines_BeyondTheLimit_ComeBackInOrder()
    {
        using var lines = new KeyedLines(_folder.File("lines"), limit: 100);
        var expected = new Dictionary<(string Source, long Number), List<string>>();
        for (var i = 0; i < 1000; i++)
        {
            (string Source, long Number) key = (i % 3 == 0 ? "a" : "b", i % 7);
            expected.TryAdd(key, []);
            expected[key].Add($"line {i}");
            lines.Add(key, $"line {i}");
        }

        Assert.True(new FileInfo(_folder.File("lines")).Length > 5000);
        Assert.All(expected, pair => Assert.Equal(pair.Value, lines.Read(pair.Key)));
        Assert.Empty(lines.Read(("c", 0)));
    }

    private XElement Read(ExportOptions options)
    {
        var root = XDocument.Load(Path.Combine(_record.Export(new CvatFormat(), options), "annotations", "cam.xml")).Root!;
        Assert.Equal("annotations", root.Name.LocalName);
        return root;
    }

    /// <summary>Frames of a track's shapes, each with all that CVAT reads, in order.</summary>
    private static List<(int Frame, bool IsOutside)> Shapes(XElement track)
    {
        var shapes = track.Elements().ToList();
        Assert.All(shapes, shape =>
        {
            Assert.Equal("1", shape.Attribute("keyframe")!.Value);
            Assert.Equal("0", shape.Attribute("occluded")!.Value);
            Assert.InRange(Number(shape, "frame"), 0, 8);
        });
        List<(int Frame, bool IsOutside)> found =
            [.. shapes.Select(shape => ((int)Number(shape, "frame"), shape.Attribute("outside")!.Value == "1"))];
        Assert.Equal(found.Select(shape => shape.Frame).Distinct().Order(), found.Select(shape => shape.Frame));
        return found;
    }

    private static byte[] Decode(XElement mask)
    {
        var (left, top) = ((int)Number(mask, "left"), (int)Number(mask, "top"));
        var (width, height) = ((int)Number(mask, "width"), (int)Number(mask, "height"));
        var pixels = new byte[ExportRecord.Size.Height * ExportRecord.Size.Width];
        var (at, isSet) = (0, false);
        foreach (var run in mask.Attribute("rle")!.Value.Split(',').Select(text => int.Parse(text, CultureInfo.InvariantCulture)))
        {
            for (var i = 0; i < run; i++, at++)
            {
                pixels[((top + (at / width)) * ExportRecord.Size.Width) + left + (at % width)] = isSet ? (byte)1 : (byte)0;
            }

            isSet = !isSet;
        }

        Assert.Equal(width * height, at);
        return pixels;
    }

    private static double Number(XElement element, string name)
    {
        return double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);
    }
}
