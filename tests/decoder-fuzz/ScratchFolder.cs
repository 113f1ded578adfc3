namespace Streaming.DecoderFuzz;

/// <summary>A folder that goes with its owner.</summary>
internal sealed class ScratchFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("decoder-fuzz").FullName;

    public void Dispose()
    {
        Directory.Delete(Path, recursive: true);
    }
}
