using Streaming.Config.Zoo;
using Streaming.Model.Masks;
using Streaming.Model.Structures;

namespace Streaming.Model.Tests.Masks;

public sealed class DetectionBuilderTests
{
    private static readonly Category[] Classes = [new Category(1, "person"), new Category(3, "car")];
    private static readonly ImageSize Size = new(20, 30);

    [Fact]
    public void Build_WithMasks_NamesClassesAndPastesEachMaskIntoItsBox()
    {
        float[] left = [1, 0, 1, 0];
        float[] all = [1, 1, 1, 1];
        var raw = new RawDetections(Size, [new(10, 4, 20, 14), new(0, 0, 8, 8)], [0.9f, 0.4f], [1, 0], 2, [.. left, .. all]);

        var detections = new DetectionBuilder(Classes).Build(raw);

        Assert.Equal(["car", "person"], detections.Select(detection => detection.Category.Name));
        Assert.Equal(raw.Boxes, detections.Select(detection => detection.Box));
        Assert.Equal(raw.Scores, detections.Select(detection => detection.Score));
        Assert.All(detections, detection => Assert.Equal(Size, detection.Mask!.Size));
        Assert.Equal([(10, 4, 5, 10), (0, 0, 8, 8)], detections.Select(detection => detection.Mask!.BoundingBox()));
    }

    [Fact]
    public void Build_ModelWithoutMasks_GivesNone()
    {
        var raw = new RawDetections(Size, [new(0, 0, 8, 8)], [0.9f], [0], 0, []);

        Assert.Null(Assert.Single(new DetectionBuilder(Classes).Build(raw)).Mask);
    }

    [Fact]
    public void Build_ClassWithoutAName_IsNamedByItsNumber()
    {
        var raw = new RawDetections(Size, [new(0, 0, 8, 8)], [0.9f], [7], 0, []);

        Assert.Equal(new Category(7, "class-7"), Assert.Single(new DetectionBuilder(Classes).Build(raw)).Category);
    }
}
