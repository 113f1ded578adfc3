namespace Streaming.Model.Cuda;

/// <summary>The text of kernels.cu.</summary>
internal static class KernelSource
{
    /// <summary>CUDA C++ without any header.</summary>
    public static string Text { get; } = Read();

    private static string Read()
    {
        using var stream = typeof(KernelSource).Assembly.GetManifestResourceStream("kernels.cu")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
