using Streaming.Config;
using Streaming.Config.Detectron;
using Streaming.Config.Zoo;
using Streaming.Model.Weights;
using static TorchSharp.torch;

namespace Streaming.Model.Tests;

public sealed class ModelCategoriesTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public void For_CheckpointThatNamesItsClasses_TakesThem()
    {
        var weights = new WeightsSource(_folder.File("a.safetensors"), null, "");
        using var one = ones(1);
        WeightsFiles.Save(
            new Dictionary<string, Tensor> { ["a"] = one },
            weights.Path!,
            new Dictionary<string, string> { [WeightsFiles.ClassesNote] = "car\nbus" });
        Assert.Equal([new Category(0, "car"), new Category(1, "bus")], ModelCategories.For(Config(2), weights));

        // Trained further with other classes by another program: the names are of no use.
        var names = ModelCategories.For(Config(3), weights).Select(category => category.Name);
        Assert.Equal(["class-0", "class-1", "class-2"], names);
    }

    [Fact]
    public void For_CheckpointWithoutNames_TakesCocosIfThereAreAsMany()
    {
        var weights = WeightsSource.Parse("synthetic:1");
        Assert.Same(CocoClasses.All, ModelCategories.For(Config(80), weights));
        Assert.Equal([new Category(0, "class-0")], ModelCategories.For(Config(1), weights));
    }

    [Fact]
    public void FromFile_NamesALineEach_MustBeAsManyAsTheModelsClasses()
    {
        var path = _folder.File("names.txt", "car\n\n  bus \n");
        Assert.Equal([new Category(0, "car"), new Category(1, "bus")], ModelCategories.FromFile(Config(2), path));
        Assert.Equal(
            $"{path}: holds 2 names; the configuration has MODEL.ROI_HEADS.NUM_CLASSES 3.",
            Assert.Throws<ConfigurationException>(() => ModelCategories.FromFile(Config(3), path)).Message);
        Assert.StartsWith(
            $"{_folder.File("no.txt")}: cannot be read: ",
            Assert.Throws<ConfigurationException>(() => ModelCategories.FromFile(Config(3), _folder.File("no.txt"))).Message);
    }

    private static ModelConfig Config(int classes)
    {
        return ModelConfigReader.Read("mask_rcnn_R_50_FPN_3x", [$"MODEL.ROI_HEADS.NUM_CLASSES={classes}"]);
    }
}
