using System.Text.Json;
using Streaming.Training.Evaluation;

namespace Streaming.Training.Tests.Evaluation;

/// <summary>COCO's figures against those of pycocotools.</summary>
public sealed class CocoEvaluatorTests : IDisposable
{
    private const string Image = """{"images":[{"id":1,"file_name":"a","height":4,"width":4}],"annotations":[""";

    private const string Category = """],"categories":[{"id":1,"name":"c"}]}""";

    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Theory]
    [InlineData("bbox", nameof(CocoTask.Boxes))]
    [InlineData("segm", nameof(CocoTask.Masks))]
    public void Evaluate_GoldenDataSet_GivesPycocotoolsFigures(string name, string taskName)
    {
        var task = Enum.Parse<CocoTask>(taskName);
        Assert.SkipUnless(File.Exists(Testing.Golden.File("coco_eval/expected.json")), "coco_eval is not in this golden folder");
        var dataset = CocoDataset.Read(Testing.Golden.File("coco_eval/ground_truth.json"));
        var results = dataset.ReadResults(Testing.Golden.File("coco_eval/detections.json"));
        var summary = CocoEvaluator.Evaluate(dataset, results, task);
        var golden = JsonDocument.Parse(File.ReadAllText(Testing.Golden.File("coco_eval/expected.json")));
        var expected = golden.RootElement.GetProperty(name);
        foreach (var (figure, value) in summary.Figures)
        {
            Assert.True(
                Math.Abs(expected.GetProperty(figure).GetDouble() - value) < 1e-9,
                $"{figure}: {value} instead of {expected.GetProperty(figure)}");
        }

        foreach (var category in expected.GetProperty("AP_per_category").EnumerateObject())
        {
            Assert.Equal(category.Value.GetDouble(), summary.PerCategory[category.Name], 1e-9);
        }
    }

    [Theory]
    [InlineData("""{"images":[],"annotations":[]}""", "has no list 'categories': it is no COCO annotation file.")]
    [InlineData(
        """{"images":[{"id":1,"file_name":"a","height":4,"width":4},"""
        + """{"id":1,"file_name":"b","height":4,"width":4}],"annotations":[],"categories":[]}""",
        "images: the id 1 stands there 2 times; each needs its own.")]
    [InlineData(
        Image + """{"id":7,"image_id":2,"category_id":1,"bbox":[0,0,1,1]}""" + Category,
        "annotation 7: there is no image 2.")]
    [InlineData(
        Image + """{"id":7,"image_id":1,"category_id":3,"bbox":[0,0,1,1]}""" + Category,
        "annotation 7: there is no category 3.")]
    [InlineData(
        Image
        + """{"id":7,"image_id":1,"category_id":1,"bbox":[0,0,1,1],"segmentation":[[1,2]]}""" + Category,
        "annotation 7: 'segmentation' must hold polygons of three corners or more.")]
    [InlineData("no json", "is not in COCO's format")]
    public void Read_WrongFile_NamesFileAndItem(string text, string expected)
    {
        var path = _folder.File("data.json");
        File.WriteAllText(path, text);
        var exception = Assert.Throws<CocoFormatException>(() => CocoDataset.Read(path));
        Assert.StartsWith($"{path}: {expected}", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluate_NothingThere_IsMinusOne()
    {
        var dataset = new CocoDataset([], [new CocoCategory(1, "car")], []);
        var summary = CocoEvaluator.Evaluate(dataset, [], CocoTask.Boxes);
        Assert.All(summary.Figures, figure => Assert.Equal(-1, figure.Value));
        Assert.Equal(-1, summary.PerCategory["car"]);
    }
}
