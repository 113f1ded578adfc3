using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Streaming.Model.Weights;

namespace Streaming.Model.Tests.Weights;

/// <summary>The small files of tests/data/checkpoints, whose arrays hold 0, 1, 2…, and files that must be refused.</summary>
public sealed class FormatTests : IDisposable
{
    private static readonly string Folder = Path.Combine(Testing.Golden.RepositoryRoot(), "tests", "data", "checkpoints");

    private readonly TempFolder _temp = new();

    public static TheoryData<string> Files =>
        [.. Directory.EnumerateFiles(Folder).Select(path => Path.GetFileName(path)).Where(name => !name.EndsWith(".py"))];

    public void Dispose()
    {
        _temp.Dispose();
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Open_EachFormat_ReadsEveryArrayInRowMajorOrder(string name)
    {
        using var checkpoint = CheckpointReader.Open(Path.Combine(Folder, name));
        Assert.True(checkpoint.Tensors.Count >= 7);
        foreach (var (array, tensor) in checkpoint.Tensors)
        {
            var numbers = new float[tensor.Count];
            tensor.ReadFloats(numbers);
            Assert.True(numbers.SequenceEqual(Enumerable.Range(0, numbers.Length).Select(i => (float)i)), array);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Convert_EachFormat_KeepsNamesTypesShapesAndNumbers(string name)
    {
        var output = _temp.File("out.safetensors");
        WeightsFiles.Convert(Path.Combine(Folder, name), output);
        Assert.Equal(WeightsFiles.Inspect(Path.Combine(Folder, name)).Entries, WeightsFiles.Inspect(output).Entries);
        using var converted = CheckpointReader.Open(output);
        foreach (var (array, tensor) in converted.Tensors)
        {
            var numbers = new float[tensor.Count];
            tensor.ReadFloats(numbers);
            Assert.True(numbers.SequenceEqual(Enumerable.Range(0, numbers.Length).Select(i => (float)i)), array);
        }
    }

    [Fact]
    public void Inspect_Pickle_TellsProtocolAndNotes()
    {
        var summary = WeightsFiles.Inspect(Path.Combine(Folder, "numpy1_protocol3.pkl"));
        Assert.Equal("pickle, protocol 3", summary.Format);
        Assert.Equal("test", summary.Notes["__author__"]);
        Assert.Contains(new WeightsEntry("float16", "float16", "2x3", 6), summary.Entries);
    }

    [Theory]
    [InlineData("posix", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("subprocess", "Popen")]
    [InlineData("numpy.core.multiarray", "frombuffer")]
    public void Open_PickleWithHostileGlobal_RefusesItByNameAndRunsNothing(string module, string function)
    {
        var proof = _temp.File("executed");
        var path = _temp.File("hostile.pkl", $"\u0080\u0002c{module}\n{function}\n(X\u0010\0\0\0touch {proof}tR.");
        File.WriteAllBytes(path, Encoding.Latin1.GetBytes(File.ReadAllText(path)));
        var exception = Assert.Throws<ModelLoadException>(() => CheckpointReader.Open(path));
        Assert.Equal(
            $"{path}: the checkpoint cannot be read: the pickle asks for '{module}.{function}', which no checkpoint needs; "
            + "it was refused and nothing in it was executed.",
            exception.Message);
        Assert.False(File.Exists(proof));
    }

    [Fact]
    public void Open_HostileGlobalInsideTorchArchive_IsRefusedToo()
    {
        var path = _temp.File("hostile.pth");
        using (var archive = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            using var entry = archive.CreateEntry("archive/data.pkl", CompressionLevel.NoCompression).Open();
            entry.Write(Encoding.Latin1.GetBytes("\u0080\u0002cos\nsystem\n."));
        }

        Assert.Contains("asks for 'os.system'", Message(path), StringComparison.Ordinal);
    }

    /// <summary>torch's old format: what is announced must be there, and nothing else is believed.</summary>
    [Theory]
    [InlineData(0xe9, 0xea, "torch's old format of an unknown version; supported: 1001")]
    [InlineData('e', 'd', "which no checkpoint needs; it was refused and nothing in it was executed")]
    [InlineData(6, 7, "is not as long as announced")]
    public void Open_DamagedOldTorchFormat_IsRefusedWithReason(int from, int to, string reason)
    {
        // The version's low byte, a letter of "torch._utils", and the count of numbers before the last storage.
        var bytes = File.ReadAllBytes(Path.Combine(Folder, "old_format.pth"));
        var at = from switch
        {
            0xe9 => bytes.AsSpan().IndexOf<byte>([0xe9, 0x03]),
            'e' => bytes.AsSpan().IndexOf("_rebuild_tensor"u8) + 2,
            _ => bytes.AsSpan().LastIndexOf<byte>([6, 0, 0, 0, 0, 0, 0, 0]),
        };
        Assert.Equal(from, bytes[at]);
        bytes[at] = (byte)to;
        var path = _temp.File("damaged.pth");
        File.WriteAllBytes(path, bytes);
        Assert.Contains(reason, Message(path), StringComparison.Ordinal);
    }

    [Fact]
    public void ReadBytes_OfBigEndianNumbersInUnevenParts_GivesThemInOrder()
    {
        var source = new SwappedBytes(new MemoryBytes([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), 4);
        for (var part = 1; part <= 9; part++)
        {
            using var stream = source.Open();
            var read = new List<byte>();
            var buffer = new byte[part];
            for (var count = stream.Read(buffer, 0, part); count > 0; count = stream.Read(buffer, 0, part))
            {
                read.AddRange(buffer[..count]);
            }

            // The last two bytes are no whole number.
            Assert.Equal([3, 2, 1, 0, 7, 6, 5, 4], read);
        }
    }

    [Fact]
    public void Open_BadFiles_SaysWhatIsWrongWithEach()
    {
        Assert.Equal($"{_temp.File("no.pkl")}: there is no such checkpoint file.", Message(_temp.File("no.pkl")));
        Assert.EndsWith(
            "the checkpoint is empty (0 bytes); was the download cut off?",
            Message(_temp.File("empty.pkl", "")),
            StringComparison.Ordinal);
        Assert.Contains(
            "is not a checkpoint; supported: detectron2 .pkl",
            Message(_temp.File("text.pkl", "<html>Not found</html>")),
            StringComparison.Ordinal);
        Assert.Contains("is a folder", Message(_temp.Path), StringComparison.Ordinal);

        foreach (var name in new[] { "numpy1_protocol4.pkl", "plain.pth", "old_format.pth", "big_endian_protocol2.pkl" })
        {
            var bytes = File.ReadAllBytes(Path.Combine(Folder, name));
            File.WriteAllBytes(_temp.File(name), bytes[..(bytes.Length / 2)]);
            Assert.Contains("the checkpoint cannot be read", Message(_temp.File(name)), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", "fits neither its shape 2 nor the file")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", "fits neither")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1,-2],"data_offsets":[0,8]}}""", "fits neither")]
    [InlineData("""{"a":{"dtype":"F33","shape":[2],"data_offsets":[0,8]}}""", "the dtype 'F33' is not supported")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2]}}""", "header is damaged")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}""", "header is damaged")]
    public void Open_DamagedSafeTensors_IsRefusedWithReason(string header, string reason)
    {
        var path = _temp.File("damaged.safetensors");
        var bytes = new byte[8 + header.Length + 8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, header.Length);
        Encoding.ASCII.GetBytes(header, bytes.AsSpan(8));
        File.WriteAllBytes(path, bytes);
        Assert.Contains(reason, Message(path), StringComparison.Ordinal);
    }

    private static string Message(string path)
    {
        return Assert.Throws<ModelLoadException>(() => CheckpointReader.Open(path)).Message;
    }
}
