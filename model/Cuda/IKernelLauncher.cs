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

/// <summary>Runs the kernels of kernels.cu in the order of the calls, after what libtorch has been told to do before and ahead of what it is told then.</summary>
internal interface IKernelLauncher : IDisposable
{
    /// <summary>Queues a kernel.</summary>
    /// <param name="kernel">Its name.</param>
    /// <param name="grid">How it is spread.</param>
    /// <param name="arguments">
    /// In the order of its parameters: a tensor for a pointer (null for none; the caller keeps it until the queue is empty or gives its memory back to libtorch, which reuses
    /// it in the same order), int, float, or <see cref="KernelLevels"/>.
    /// </param>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">It cannot be run.</exception>
    void Launch(string kernel, KernelGrid grid, params ReadOnlySpan<object?> arguments);
}
