using System.IO.Compression;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Streaming.Model.Weights.Pickles;

namespace Streaming.Model.Weights;

/// <summary>torch.save's format since torch 1.6: a ZIP archive with "data.pkl" and one uncompressed file a storage.</summary>
internal static class TorchArchive
{
    private const int MaxPickle = 256 << 20;

    /// <summary>Reads a .pth; takes over the file.</summary>
    public static Checkpoint Read(SafeFileHandle file, string path)
    {
        // ZipArchive needs a seekable stream; reading through one handle of its own keeps it independent of the caller's.
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        try
        {
            var archive = new ZipArchive(stream, ZipArchiveMode.Read);
            var checkpoint = Read(archive);
            file.Dispose();
            return checkpoint;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Reads an archive; takes it over.</summary>
    public static Checkpoint Read(ZipArchive archive)
    {
        var main = archive.Entries.FirstOrDefault(entry =>
                entry.FullName.EndsWith("/data.pkl", StringComparison.Ordinal) || entry.FullName == "data.pkl")
            ?? throw new InvalidDataException("the archive holds no data.pkl, so torch.save did not make it");
        var prefix = main.FullName[..^"data.pkl".Length];
        CheckStored(main);
        if (main.Length > MaxPickle)
        {
            throw new InvalidDataException("data.pkl is larger than 256 MiB");
        }

        var bytes = new byte[main.Length];
        using (var opened = main.Open())
        {
            opened.ReadExactly(bytes);
        }

        var content = Pickle.Read(PickleInput.Of(bytes));
        var entries = archive.Entries.GroupBy(entry => entry.FullName).ToDictionary(group => group.Key, group => group.Last());
        var isBigEndian = entries.TryGetValue($"{prefix}byteorder", out var order) && Text(order) == "big";
        return PickleCheckpoint.Read(content.Value, "torch archive", archive, storage =>
        {
            if (!entries.TryGetValue($"{prefix}data/{storage.Key}", out var entry) || entry.Length < storage.Bytes)
            {
                throw new InvalidDataException($"the storage '{storage.Key}' is missing or shorter than announced");
            }

            CheckStored(entry);
            var stored = new OpenableBytes(entry.Open);
            return isBigEndian && storage.Type.Size() > 1 ? new SwappedBytes(stored, storage.Type.Size()) : stored;
        });
    }

    /// <summary>A short text that torch 2.1 and newer put beside the storages.</summary>
    private static string Text(ZipArchiveEntry entry)
    {
        CheckStored(entry);
        using var stream = entry.Open();
        var bytes = new byte[16];
        return Encoding.ASCII.GetString(bytes, 0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)).Trim();
    }

    /// <summary>torch never compresses; a compressed entry could unpack to any size.</summary>
    private static void CheckStored(ZipArchiveEntry entry)
    {
        if (entry.CompressedLength != entry.Length)
        {
            throw new InvalidDataException($"'{entry.FullName}' is compressed; torch.save stores its files as they are");
        }
    }
}
