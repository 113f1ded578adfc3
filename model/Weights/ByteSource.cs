namespace Streaming.Model.Weights;

/// <summary>Bytes of a checkpoint that are read when they are needed, so that a large array is never in memory twice.</summary>
internal abstract class ByteSource
{
    /// <summary>A stream over the bytes from the start.</summary>
    public abstract Stream Open();
}

/// <summary>Bytes in memory.</summary>
internal sealed class MemoryBytes(byte[] bytes) : ByteSource
{
    public override Stream Open()
    {
        return new MemoryStream(bytes, writable: false);
    }
}

/// <summary>Bytes that something else can open, for example an entry of an archive.</summary>
internal sealed class OpenableBytes(Func<Stream> open) : ByteSource
{
    public override Stream Open()
    {
        return open();
    }
}
