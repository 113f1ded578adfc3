using System.Runtime.InteropServices;
using System.Text;
using Streaming.Config;
using Streaming.Config.Detectron;
using Streaming.Model;
using Streaming.Model.Structures;
using Streaming.Model.Weights;

namespace Streaming.Fuzz;

/// <summary>A reader of files that come from outside, good inputs for it, and what it may answer to bad ones.</summary>
/// <param name="Name">For the command line.</param>
/// <param name="Seeds">Good inputs.</param>
/// <param name="Read">Reads an input completely.</param>
/// <param name="IsRefusal">Whether an exception is the reader's proper way to refuse an input.</param>
public sealed record FuzzTarget(string Name, IReadOnlyList<byte[]> Seeds, Action<byte[]> Read, Func<Exception, bool> IsRefusal)
{
    /// <summary>An input that takes longer is a failure.</summary>
    public TimeSpan MaxTime { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>All targets.</summary>
    /// <param name="dataFolder">tests/data of the repository.</param>
    /// <param name="scratch">A file that may be overwritten.</param>
    public static IReadOnlyList<FuzzTarget> All(string dataFolder, string scratch)
    {
        string[] checkpoints = [.. Directory.EnumerateFiles(Path.Combine(dataFolder, "checkpoints"))];
        byte[][] Files(Func<string, bool> isWanted)
        {
            return [.. checkpoints.Where(path => isWanted(Path.GetFileName(path))).Order().Select(File.ReadAllBytes)];
        }

        FuzzTarget Checkpoint(string name, byte[][] seeds)
        {
            return new(name, seeds, bytes => ReadCheckpoint(bytes, scratch), exception => exception is ModelLoadException);
        }

        static bool IsOld(string name)
        {
            return name.StartsWith("old_", StringComparison.Ordinal);
        }

        WeightsFiles.Convert(Path.Combine(dataFolder, "checkpoints", "plain.pth"), scratch);
        byte[][] safetensors = [File.ReadAllBytes(scratch)];
        var golden = Path.Combine(dataFolder, "golden");
        byte[][] configs = [.. Directory.EnumerateFiles(golden, "tiny*.yaml").Order().Select(File.ReadAllBytes)];
        return
        [
            Checkpoint("pickle", Files(name => name.EndsWith(".pkl", StringComparison.Ordinal))),
            Checkpoint("pth", Files(name => name.EndsWith(".pth", StringComparison.Ordinal) && !IsOld(name))),
            Checkpoint("old-pth", Files(IsOld)),
            Checkpoint("safetensors", safetensors),
            new("yaml", configs, bytes => ReadConfig(bytes, scratch), exception => exception is ConfigurationException),
            new("rle", RunLengths(), ReadRle, exception => exception is FormatException),
        ];
    }

    private static void ReadCheckpoint(byte[] bytes, string scratch)
    {
        File.WriteAllBytes(scratch, bytes);
        using var checkpoint = CheckpointReader.Open(scratch);
        foreach (var tensor in checkpoint.Tensors.Values)
        {
            try
            {
                tensor.ReadFloats(new float[tensor.Count]);
            }
            catch (InvalidDataException exception)
            {
                throw CheckpointReader.Explain(scratch, exception)!;
            }
        }
    }

    private static void ReadConfig(byte[] bytes, string scratch)
    {
        File.WriteAllBytes(scratch, bytes);
        ModelConfigReader.Read(scratch);
    }

    /// <summary>The first eight bytes are the size; the rest is the text.</summary>
    private static void ReadRle(byte[] bytes)
    {
        var size = MemoryMarshal.Cast<byte, int>(bytes.AsSpan(0, Math.Min(bytes.Length, 8)));
        if (size.Length < 2)
        {
            return;
        }

        var rle = Rle.Parse(Encoding.Latin1.GetString(bytes, 8, bytes.Length - 8), new ImageSize(size[0], size[1]));
        if ((long)size[0] * size[1] < 1 << 20)
        {
            rle.Decode();
        }

        rle.BoundingBox();
    }

    private static byte[][] RunLengths()
    {
        var random = new Random(1);
        return [.. Enumerable.Range(1, 8).Select(i =>
        {
            var size = new ImageSize(i * 7, i * 11);
            var mask = new byte[size.Height * size.Width];
            mask.AsSpan(random.Next(mask.Length)).Fill(1);
            random.NextBytes(mask.AsSpan(0, mask.Length / 3));
            byte[] text = Encoding.ASCII.GetBytes(Rle.Encode(mask, size).ToString());
            return (byte[])[.. BitConverter.GetBytes(size.Height), .. BitConverter.GetBytes(size.Width), .. text];
        })];
    }
}
