namespace Streaming.Model.Cuda;

/// <summary>
/// Runs the kernels of kernels.cu in the order of the calls, after what libtorch has been told to do before and ahead of what it
/// is told then. <see cref="CudaKernels"/> knows their parameters.
/// </summary>
internal interface IKernelLauncher : IDisposable
{
    /// <summary>Queues a kernel.</summary>
    /// <param name="kernel">Its name.</param>
    /// <param name="grid">How it is spread.</param>
    /// <param name="arguments">In the order of its parameters; copied before this returns.</param>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">It cannot be run.</exception>
    void Launch(string kernel, KernelGrid grid, KernelArguments arguments);
}
