using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Streaming.Model.Cuda;

namespace Streaming.Model.Tests.Cuda;

/// <summary>
/// The kernels' very text, compiled by g++ for the CPU (emulation.h): everything but the GPU itself can be tested without one.
/// </summary>
internal sealed unsafe partial class EmulatedLauncher : IKernelLauncher
{
    private static readonly Lazy<nint> Library = new(Compile);

    /// <summary>Threads of a block that wait for each other are real ones: fewer do.</summary>
    private const int MostWaiting = 8;

    /// <summary>Whether there is a compiler.</summary>
    public static bool IsAvailable { get; } = Programs.Find("g++") is not null;

    /// <inheritdoc/>
    public void Launch(string kernel, KernelGrid grid, KernelArguments arguments)
    {
        var address = NativeLibrary.GetExport(Library.Value, $"run_{kernel}");
        var run = (delegate* unmanaged[Cdecl]<int, int, int, int, nint, void>)address;
        run(grid.X, grid.Y, grid.Z, kernel == "nms_sweep" ? MostWaiting : grid.Threads, arguments.Pointers);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The library stays for the next one.
    }

    private static nint Compile()
    {
        var header = Path.Combine(AppContext.BaseDirectory, "Cuda", "emulation.h");
        var text = new StringBuilder($"#include \"{header}\"\n").Append(KernelSource.Text);
        foreach (Match kernel in Kernel().Matches(KernelSource.Text))
        {
            var name = kernel.Groups[1].Value;
            var isWaiting = kernel.Value.Contains("__syncthreads", StringComparison.Ordinal) ? "true" : "false";
            text.Append(
                System.Globalization.CultureInfo.InvariantCulture,
                $$"""
                extern "C" void run_{{name}}(int x, int y, int z, int threads, void** arguments) {
                    run({{name}}, {{isWaiting}}, x, y, z, threads, arguments);
                }

                """);
        }

        using var folder = new TempFolder();
        File.WriteAllText(folder.File("kernels.cpp"), text.ToString());
        string[] options = ["-std=c++20", "-O2", "-ffp-contract=off", "-shared", "-fPIC", "-pthread"];
        string[] files = ["-o", folder.File("kernels.so"), folder.File("kernels.cpp")];
        var start = new ProcessStartInfo("g++", [.. options, .. files]) { RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors);
        return NativeLibrary.Load(folder.File("kernels.so"));
    }

    /// <summary>A kernel with its body, which ends with a brace at the start of a line.</summary>
    [GeneratedRegex(@"^extern ""C"" __global__ void (\w+)\(.*?^\}", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Kernel();
}
