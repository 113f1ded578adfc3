using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Streaming.Config.Detectron;
using Streaming.Model.Layers;
using Streaming.Model.Weights;
using static TorchSharp.torch;

namespace Streaming.Model.Tests.Weights;

/// <summary>Checkpoints in every supported format.</summary>
public sealed class CheckpointTests : IDisposable
{
    private readonly TempFolder _folder = new();

    /// <summary>The golden weight files that hold the same network, whatever their format.</summary>
    public static TheoryData<string> TinyFiles =>
    [
        .. Testing.Golden.Files("tiny*")
            .Where(path => Path.GetExtension(path) is ".pkl" or ".pth")
            .Select(path => Path.GetFileName(path)),
    ];

    public static TheoryData<string> WeightTables =>
        [.. Testing.Golden.Files("weights_*.tsv").Select(path => Path.GetFileName(path))];

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(TinyFiles))]
    public void Load_EachFormat_GivesTheFormulasWeights(string name)
    {
        using var network = TinyNetwork();
        using (var checkpoint = CheckpointReader.Open(Testing.Golden.File(name)))
        {
            WeightsLoader.Load(network, checkpoint, name);
        }

        CompareWithTable(network, "weights_tiny.tsv");
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(TinyFiles))]
    public void Convert_ToSafeTensorsAndBack_KeepsEveryNumber(string name)
    {
        var converted = Path.Combine(_folder.Path, "converted.safetensors");
        WeightsFiles.Convert(Testing.Golden.File(name), converted);
        using var network = TinyNetwork();
        using var checkpoint = CheckpointReader.Open(converted);
        WeightsLoader.Load(network, checkpoint, converted);
        CompareWithTable(network, "weights_tiny.tsv");
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(WeightTables))]
    public void Synthetic_OfEachTable_EqualsReferenceAndKeysAreDetectron2s(string tableFile)
    {
        var lines = File.ReadLines(Testing.Golden.File(tableFile)).ToArray();
        // "# seed golden-1, table full"
        const string Seed = "# seed ";
        var comment = lines.Single(line => line.StartsWith(Seed, StringComparison.Ordinal))[Seed.Length..].Split(", table ");
        using var network = comment[1] == "tiny" ? TinyNetwork() : Network("mask_rcnn_R_50_FPN_3x");
        var weights = new SyntheticWeights(comment[0], comment[1]);
        WeightsLoader.LoadSynthetic(network, weights);
        CompareWithTable(network, tableFile);
        foreach (var row in Rows(tableFile))
        {
            var shape = row[1].Split('x').Select(long.Parse).ToArray();
            Assert.Equal(row[2], weights.Hash(row[0]).ToString("x16", CultureInfo.InvariantCulture));
            var (low, high) = weights.Range(row[0], shape);
            Assert.Equal(double.Parse(row[3], CultureInfo.InvariantCulture), low);
            Assert.Equal(double.Parse(row[4], CultureInfo.InvariantCulture), high);
        }
    }

    [Fact]
    public void FromCaffe2_EachNameOfResNet50_IsDetectron2sName()
    {
        var network = Network("mask_rcnn_R_50_FPN_3x");
        var modelNames = network.state_dict().Keys.ToArray();
        network.Dispose();
        var sections = new List<Dictionary<string, string>>();
        var lines = File.ReadLines(Testing.Golden.File("legacy_R-50_names.txt"));
        foreach (var line in lines.Where(line => line.Length > 0 && line[0] != '#'))
        {
            if (line[0] == '[')
            {
                sections.Add([]);
            }
            else
            {
                sections[^1].Add(line.Split('\t')[0], line.Split('\t')[1]);
            }
        }

        foreach (var names in sections)
        {
            var number = new CheckpointTensor(ElementType.Float32, [], null, 0, new MemoryBytes([]));
            var tensors = names.Keys.ToDictionary(name => name, _ => number);
            using var checkpoint = new Checkpoint(
                "", tensors, new Dictionary<string, string>(), IsCaffe2: true, MatchBySuffix: true, new MemoryStream());
            var (matches, unused) = CheckpointNames.Match(modelNames, checkpoint);
            var expected = names
                .Where(name => !name.Value.EndsWith("(unused)", StringComparison.Ordinal))
                .ToDictionary(name => name.Value, name => name.Key);
            Assert.Equal(expected.OrderBy(pair => pair.Key), matches.OrderBy(pair => pair.Key));
            Assert.Equal(names.Count - expected.Count, unused.Count);
        }
    }

    [Fact]
    public void Open_Python2Pickle_GivesTheFormulasNumbers()
    {
        using var checkpoint = CheckpointReader.Open(Testing.Golden.File("legacy_mini_py2.pkl"));
        Assert.True(checkpoint.IsCaffe2);
        var readme = File.ReadAllText(Testing.Golden.File("README.md"));
        var formula = new SyntheticWeights(Regex.Match(readme, @"formula with seed `([^`]+)` and the blob name").Groups[1].Value);
        Assert.NotEmpty(checkpoint.Tensors);
        foreach (var (name, tensor) in checkpoint.Tensors)
        {
            var numbers = new float[tensor.Count];
            tensor.ReadFloats(numbers);
            Assert.Equal(Enumerable.Range(0, numbers.Length).Select(i => (float)(-1 + (2 * formula.Unit(name, i)))), numbers);
        }
    }

    [Fact]
    public void Load_OtherArchitecture_TellsEveryMismatchAtOnceAndTheFirstTenOfEachKind()
    {
        var path = Testing.Golden.File("tiny.pkl");
        var config = ModelConfigReader.Read(Testing.Golden.File("tiny.yaml"));
        Assert.True(config.RoiHeads.NumFc > 1);
        var classes = config.RoiHeads.NumClasses + 2;
        using var network = Network(
            Testing.Golden.File("tiny.yaml"),
            "MODEL.RESNETS.DEPTH=101", $"MODEL.ROI_HEADS.NUM_CLASSES={classes}", "MODEL.ROI_BOX_HEAD.NUM_FC=1");
        using var checkpoint = CheckpointReader.Open(path);
        var error = Assert.Throws<ModelLoadException>(() => WeightsLoader.Load(network, checkpoint, path)).Message;
        Assert.StartsWith($"{path}: the checkpoint does not fit the configuration.", error, StringComparison.Ordinal);

        var missing = network.state_dict().Keys.Except(checkpoint.Tensors.Keys).ToArray();
        Assert.True(missing.Length > 10);
        Assert.Contains($"  {missing.Length} missing in the file:", error, StringComparison.Ordinal);
        Assert.All(missing.Take(10), name => Assert.Contains($"    {name} (", error, StringComparison.Ordinal));
        Assert.DoesNotContain($"    {missing[10]} (", error, StringComparison.Ordinal);
        Assert.Contains($"    and {missing.Length - 10} more{Environment.NewLine}", error, StringComparison.Ordinal);

        Assert.Contains("in the file, but not in the model:", error, StringComparison.Ordinal);
        Assert.Contains("    roi_heads.box_head.fc2.weight (", error, StringComparison.Ordinal);
        var scores = checkpoint.Tensors["roi_heads.box_predictor.cls_score.weight"];
        Assert.Contains(
            $"    roi_heads.box_predictor.cls_score.weight: {scores.ShapeText}, the model has {classes + 1}x{scores.Shape[1]}",
            error,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Load_BigCheckpoint_NeedsLittleBeyondTheWeightsThemselves()
    {
        var path = Path.Combine(_folder.Path, "full.safetensors");
        using (var source = Network("mask_rcnn_R_50_FPN_3x"))
        {
            WeightsLoader.LoadSynthetic(source, new SyntheticWeights("any"));
            WeightsFiles.Save(source, path);
        }

        using var network = Network("mask_rcnn_R_50_FPN_3x");
        using var checkpoint = CheckpointReader.Open(path);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var largest = checkpoint.Tensors.Values.Where(tensor => tensor.Shape.Length == 4).Max(tensor => tensor.Count) * 4;
        WeightsLoader.Load(network, checkpoint, path);

        // Weights of linear layers are read in place; a convolution's go through one array of its size. So at any time there
        // are the weights and one such array: far below 1.5 times the file.
        Assert.True(largest < 0.2 * new FileInfo(path).Length);
        var convolutions = checkpoint.Tensors.Values.Where(tensor => tensor.Shape.Length == 4).Sum(tensor => tensor.Count) * 4;
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, convolutions + (8 << 20));
    }

    private static ModuleScope TinyNetwork()
    {
        return Network(Testing.Golden.File("tiny.yaml"));
    }

    private static ModuleScope Network(string config, params string[] overrides)
    {
        Model.Native.LibTorch.Load();
        return Architectures.Of(ModelConfigReader.Read(config, overrides)).Modules();
    }

    private static string[][] Rows(string tableFile)
    {
        return [.. File.ReadLines(Testing.Golden.File(tableFile)).Where(line => line[0] != '#').Select(line => line.Split('\t'))];
    }

    /// <summary>Names, shapes, first numbers and the checksum of all numbers of every tensor.</summary>
    private static void CompareWithTable(nn.Module network, string tableFile)
    {
        var state = network.state_dict();
        var rows = Rows(tableFile);
        Assert.Equal(rows.Select(row => row[0]).Order(), state.Keys.Order());
        foreach (var row in rows)
        {
            using var tensor = state[row[0]].detach();
            var numbers = Structures.TensorExtensions.ToArray<float>(tensor);
            Assert.Equal(row[1], string.Join('x', tensor.shape));
            Assert.Equal(row[5].Split(' '), numbers.Take(4).Select(NineDigits));
            var crc = Crc32.HashToUInt32(MemoryMarshal.AsBytes(numbers.AsSpan()));
            Assert.Equal(row[6], crc.ToString("x8", CultureInfo.InvariantCulture));
        }

        static string NineDigits(float number)
        {
            // Through a double, as Python prints a float32.
            var invariant = CultureInfo.InvariantCulture;
            return double.Parse(number.ToString("g9", invariant), invariant).ToString("g9", invariant);
        }
    }
}
