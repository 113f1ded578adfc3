using System.Globalization;
using System.Runtime.InteropServices;
using Streaming.Model.Native;

namespace Streaming.Model.Cuda;

/// <summary>
/// Runs kernels on a GPU through the driver, in libtorch's own context (the device's primary one) and on the stream that libtorch
/// uses as long as nobody chooses another, the default one: what is queued here and there runs in the order of the calls.
/// </summary>
internal sealed unsafe partial class CudaLauncher : IKernelLauncher
{
    private const string Driver = "libcuda.so.1";
    private const int ComputeCapabilityMajor = 75;
    private const int ComputeCapabilityMinor = 76;

    private readonly Dictionary<string, nint> _functions = [];
    private readonly int _device;
    private readonly nint _context;
    private readonly nint _module;

    private CudaLauncher(int device, nint context, byte[] code)
    {
        (_device, _context) = (device, context);
        Check(cuCtxSetCurrent(_context), "cuCtxSetCurrent");
        fixed (byte* image = code)
        {
            Check(cuModuleLoadData(out _module, (nint)image), "cuModuleLoadData");
        }
    }

    /// <summary>Compiles the kernels for a GPU and loads them there.</summary>
    /// <param name="index">libtorch's number of the GPU.</param>
    /// <param name="libtorchFolder">Where libtorch and perhaps the compiler lie.</param>
    /// <exception cref="ModelLoadException">No compiler, or it or the driver fails; the message says which.</exception>
    public static CudaLauncher Create(int index, string libtorchFolder)
    {
        var compiler = Nvrtc.Find(libtorchFolder)
            ?? throw new ModelLoadException(
                $"NVRTC, CUDA's run-time compiler (libnvrtc.so), is neither in {libtorchFolder} nor on the system.");
        try
        {
            Check(cuInit(0), "cuInit");
            Check(cuDeviceGet(out var device, index), "cuDeviceGet");
            Check(cuDeviceGetAttribute(out var major, ComputeCapabilityMajor, device), "cuDeviceGetAttribute");
            Check(cuDeviceGetAttribute(out var minor, ComputeCapabilityMinor, device), "cuDeviceGetAttribute");

            // NUL ends PTX, which is text.
            byte[] code = [.. compiler.Compile(KernelSource.Text, new Version(major, minor)), 0];
            Check(cuDevicePrimaryCtxRetain(out var context, device), "cuDevicePrimaryCtxRetain");
            return new CudaLauncher(device, context, code);
        }
        catch (Exception exception) when (exception is ExternalException or DllNotFoundException or EntryPointNotFoundException)
        {
            throw new ModelLoadException($"The CUDA kernels cannot be loaded: {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public void Launch(string kernel, KernelGrid grid, KernelArguments arguments)
    {
        if (grid.X == 0)
        {
            return;
        }

        // The context is the calling thread's.
        Check(cuCtxSetCurrent(_context), "cuCtxSetCurrent");
        if (!_functions.TryGetValue(kernel, out var function))
        {
            Check(cuModuleGetFunction(out function, _module, kernel), kernel);
            _functions[kernel] = function;
        }

        var (x, y, z, threads) = ((uint)grid.X, (uint)grid.Y, (uint)grid.Z, (uint)grid.Threads);
        Check(cuLaunchKernel(function, x, y, z, threads, 1, 1, 0, 0, arguments.Pointers, 0), kernel);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ = cuCtxSetCurrent(_context);
        _ = cuModuleUnload(_module);
        _ = cuDevicePrimaryCtxRelease(_device);
    }

    private static void Check(int code, string what)
    {
        if (code != 0)
        {
            var name = cuGetErrorName(code, out var text) == 0 ? Marshal.PtrToStringUTF8(text) : null;
            throw new CudaException(string.Create(CultureInfo.InvariantCulture, $"CUDA: {what}: {name ?? "error"} ({code})"));
        }
    }

    [LibraryImport(Driver)]
    private static partial int cuInit(uint flags);

    [LibraryImport(Driver)]
    private static partial int cuGetErrorName(int error, out nint name);

    [LibraryImport(Driver)]
    private static partial int cuDeviceGet(out int device, int ordinal);

    [LibraryImport(Driver)]
    private static partial int cuDeviceGetAttribute(out int value, int attribute, int device);

    [LibraryImport(Driver)]
    private static partial int cuDevicePrimaryCtxRetain(out nint context, int device);

    [LibraryImport(Driver, EntryPoint = "cuDevicePrimaryCtxRelease_v2")]
    private static partial int cuDevicePrimaryCtxRelease(int device);

    [LibraryImport(Driver)]
    private static partial int cuCtxSetCurrent(nint context);

    [LibraryImport(Driver)]
    private static partial int cuModuleLoadData(out nint module, nint image);

    [LibraryImport(Driver)]
    private static partial int cuModuleUnload(nint module);

    [LibraryImport(Driver, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int cuModuleGetFunction(out nint function, nint module, string name);

    [LibraryImport(Driver)]
    private static partial int cuLaunchKernel(
        nint function,
        uint gridX,
        uint gridY,
        uint gridZ,
        uint blockX,
        uint blockY,
        uint blockZ,
        uint sharedBytes,
        nint stream,
        nint parameters,
        nint extra);
}
