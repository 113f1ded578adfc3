using Streaming.Config.Zoo;

namespace Streaming.Config.Tests;

public sealed class ZooTests
{
    [Fact]
    public void CocoClasses_All_HaveCocosNumbers()
    {
        Assert.Equal(80, CocoClasses.All.Count);
        Assert.Equal(new Category(1, "person"), CocoClasses.All[0]);
        Assert.Equal(new Category(13, "stop sign"), CocoClasses.All[11]);
        Assert.Equal(new Category(44, "bottle"), CocoClasses.All[39]);
        Assert.Equal(new Category(90, "toothbrush"), CocoClasses.All[79]);
        int[] gaps = [12, 26, 29, 30, 45, 66, 68, 69, 71, 83];
        Assert.Equal(Enumerable.Range(1, 90).Except(gaps), CocoClasses.All.Select(category => category.Id));
    }

    [Fact]
    public void CheckpointPath_OfMaskRcnn_IsTheZoosAddress()
    {
        var address = new Uri(ModelZoo.Root, ModelZoo.Find("mask_rcnn_R_50_FPN_3x")!.CheckpointPath);
        Assert.Equal(
            "/detectron2/COCO-InstanceSegmentation/mask_rcnn_R_50_FPN_3x/137849600/model_final_f10217.pkl",
            address.AbsolutePath);
    }

    [Theory]
    [InlineData("mask_rcn", "mask_rcnn")]
    [InlineData("MASK_RCNN", "mask_rcnn")]
    [InlineData("zebra", null)]
    public void NearestName_Find_OnlyWhatIsNear(string name, string? expected)
    {
        Assert.Equal(expected, NearestName.Find(name, ["mask_rcnn", "retinanet"]));
    }
}
