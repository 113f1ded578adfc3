namespace Streaming.Model.Cuda;

/// <summary>How a kernel is spread: blocks in three directions, and threads in each block.</summary>
/// <param name="X">Blocks, up to 2^31 - 1.</param>
/// <param name="Threads">Threads of a block, up to 1024.</param>
/// <param name="Y">Blocks, up to 65535.</param>
/// <param name="Z">Blocks, up to 65535.</param>
internal readonly record struct KernelGrid(int X, int Threads, int Y = 1, int Z = 1)
{
    /// <summary>A thread for each of <paramref name="count"/> things.</summary>
    public static KernelGrid Over(long count)
    {
        const int Usual = 256;
        return new KernelGrid((int)((count + Usual - 1) / Usual), Usual);
    }
}
