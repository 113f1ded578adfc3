using Microsoft.Win32.SafeHandles;

namespace Streaming.Model.Weights;

/// <summary>Opens a checkpoint of any supported format; the content decides, not the name.</summary>
internal static class CheckpointReader
{
    /// <summary>Reads the file's structure; the arrays' numbers are read later.</summary>
    /// <exception cref="ModelLoadException">The file is missing, unreadable, damaged or of another format.</exception>
    public static Checkpoint Open(string path)
    {
        SafeFileHandle? file = null;
        try
        {
            file = File.OpenHandle(path);
            return Read(file, RandomAccess.GetLength(file), path);
        }
        catch (Exception exception)
        {
            file?.Dispose();
            if (exception is not ModelLoadException && Explain(path, exception) is { } explained)
            {
                throw explained;
            }

            throw;
        }
    }

    /// <summary>The exception as a user should see it, or null when it is not about the file.</summary>
    public static ModelLoadException? Explain(string path, Exception exception)
    {
        return exception switch
        {
            FileNotFoundException or DirectoryNotFoundException =>
                new ModelLoadException($"{path}: there is no such checkpoint file."),
            UnauthorizedAccessException when Directory.Exists(path) =>
                new ModelLoadException($"{path}: is a folder; name a checkpoint file."),
            UnauthorizedAccessException =>
                new ModelLoadException($"{path}: the checkpoint cannot be read: permission denied."),
            InvalidDataException or IOException =>
                new ModelLoadException($"{path}: the checkpoint cannot be read: {exception.Message.TrimEnd('.')}.", exception),
            _ => null,
        };
    }

    private static Checkpoint Read(SafeFileHandle file, long length, string path)
    {
        Span<byte> head = stackalloc byte[16];
        head = head[..RandomAccess.Read(file, head, 0)];
        return head switch
        {
            [] => throw new ModelLoadException($"{path}: the checkpoint is empty (0 bytes); was the download cut off?"),
            [(byte)'P', (byte)'K', 3, 4, ..] => TorchArchive.Read(file, path),
            [0x80, >= 2 and <= 5, ..] => PickleCheckpoint.Read(file, length),
            _ when SafeTensors.IsPlausible(head, length) => SafeTensors.Read(file, length),
            _ => throw new ModelLoadException(
                $"{path}: is not a checkpoint; supported: detectron2 .pkl, PyTorch .pth, .safetensors."),
        };
    }
}
