using Microsoft.Extensions.Logging;
using Streaming.Config.Detectron;
using Streaming.Model.Layers;
using Streaming.Model.Networks;
using Streaming.Model.Weights;
using static TorchSharp.torch;

namespace Streaming.Model.Tests.Weights;

/// <summary>How programs lay out and name what they save: what detectron2 takes is taken, what is not its own is named.</summary>
public sealed class LayoutTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public void Load_NamesThatAllHaveDataParallelsPrefix_LoadsThemAsIfTheyHadNone()
    {
        var path = Saved(name => $"module.{name}");
        using var network = TinyNetwork();
        using var checkpoint = CheckpointReader.Open(path);
        Assert.Empty(WeightsLoader.Load(network, checkpoint, path));
        using var expected = TinyNetwork();
        WeightsLoader.LoadSynthetic(expected, new SyntheticWeights("any", "tiny"));
        var state = expected.state_dict();
        Assert.All(network.state_dict(), item => Assert.Equal(Numbers(state[item.Key]), Numbers(item.Value)));
    }

    /// <summary>fvcore, which detectron2 loads with, takes the prefix off all names or off none.</summary>
    [Fact]
    public void Load_PrefixOnSomeNamesOnly_StaysAnError()
    {
        var path = Saved(name => name.Contains("rpn_head", StringComparison.Ordinal) ? name : $"module.{name}");
        using var network = TinyNetwork();
        using var checkpoint = CheckpointReader.Open(path);
        var error = Assert.Throws<ModelLoadException>(() => WeightsLoader.Load(network, checkpoint, path));
        Assert.Contains("missing in the file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_MaskWeightsWithoutMaskHead_WarnsOnceAndDetects()
    {
        var path = Saved(name => name);
        var config = ModelConfigReader.Read(Testing.Golden.File("tiny.yaml"), ["MODEL.MASK_ON=False"]);
        var log = new WarningLog();
        var source = new WeightsSource(path, null, "");
        using var detector = Detector.Load(config, source, new DetectorOptions { Device = "cpu" }, log);
        Assert.False(detector.Network.Architecture.Outputs.HasFlag(NetworkOutputs.Masks));
        var warning = Assert.Single(log.Warnings);
        Assert.StartsWith(
            $"{path}: 12 arrays of the checkpoint are not the model's and were left out: roi_heads.mask_head.", warning);
        Assert.EndsWith(" and 2 more", warning);
    }

    [Theory]
    [InlineData("backbone.body.layer1.0.conv1.weight", "torchvision's detection models")]
    [InlineData("backbone.fpn.inner_blocks.0.0.weight", "torchvision's detection models")]
    [InlineData("module.layer1.0.bn1.running_mean", "torchvision's classification models")]
    [InlineData("neck.lateral_convs.0.conv.weight", "MMDetection")]
    [InlineData("roi_head.bbox_head.0.fc_cls.weight", "MMDetection")]
    public void Load_OtherProgramsNames_IsRefusedInOneSentenceThatNamesIt(string name, string program)
    {
        var path = _folder.File("other.safetensors");
        using var one = ones(1);
        var arrays = new Dictionary<string, Tensor> { ["roi_heads.box_predictor.cls_score.bias"] = one, [name] = one };
        WeightsFiles.Save(arrays, path, new Dictionary<string, string>());
        using var network = TinyNetwork();
        using var checkpoint = CheckpointReader.Open(path);
        foreach (Action load in (Action[])
            [
                () => WeightsLoader.Load(network, checkpoint, path),
                () => PartialWeights.Load(network, checkpoint, path, isForNewClasses: true),
            ])
        {
            Assert.Equal(
                $"{path}: this is a checkpoint of {program} (it has '{name}'); supported: checkpoints with detectron2's names.",
                Assert.Throws<ModelLoadException>(load).Message);
        }
    }

    /// <summary>Its newer files hold objects of its own before any weights.</summary>
    [Fact]
    public void Open_PickleWithMmDetectionsObjects_SaysWhatTheFileIs()
    {
        var path = _folder.File("epoch_12.pth");
        File.WriteAllBytes(path, [0x80, 2, .. "cmmengine.logging.history_buffer\nHistoryBuffer\n."u8]);
        Assert.Equal(
            $"{path}: the checkpoint cannot be read: it is a file of MMDetection (it asks for "
            + "'mmengine.logging.history_buffer.HistoryBuffer'); supported: checkpoints of detectron2.",
            Assert.Throws<ModelLoadException>(() => CheckpointReader.Open(path)).Message);
    }

    /// <summary>pycls keeps both; detectron2 reads the model, not its average.</summary>
    [Fact]
    public void Open_ModelBesideItsAverage_ReadsTheModel()
    {
        var file = Path.Combine(Testing.Golden.RepositoryRoot(), "tests", "data", "checkpoints", "model_state.pyth");
        using var checkpoint = CheckpointReader.Open(file);
        Assert.All(checkpoint.Tensors.Keys, name => Assert.StartsWith("layer", name));
        Assert.True(checkpoint.MatchBySuffix);
    }

    private static float[] Numbers(Tensor tensor)
    {
        using var detached = tensor.detach();
        return Structures.TensorExtensions.ToArray<float>(detached);
    }

    private static ModuleScope TinyNetwork()
    {
        return Architectures.Of(ModelConfigReader.Read(Testing.Golden.File("tiny.yaml"))).Modules();
    }

    /// <summary>A checkpoint of the reduced model with other names.</summary>
    private string Saved(Func<string, string> rename)
    {
        var path = _folder.File("saved.safetensors");
        using var network = TinyNetwork();
        WeightsLoader.LoadSynthetic(network, new SyntheticWeights("any", "tiny"));
        var renamed = network.state_dict().ToDictionary(item => rename(item.Key), item => item.Value);
        WeightsFiles.Save(renamed, path, new Dictionary<string, string>());
        return path;
    }

    private sealed class WarningLog : ILogger
    {
        public List<string> Warnings { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            return null;
        }

        public bool IsEnabled(LogLevel logLevel)
        {
            return true;
        }

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Warning)
            {
                Warnings.Add(formatter(state, exception));
            }
        }
    }
}
