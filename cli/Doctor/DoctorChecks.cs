using System.Runtime.InteropServices;
using Streaming.Model;
using Streaming.Model.Native;
using Streaming.Stages.Cv;
using Streaming.Stages.Emit;
using Streaming.Stages.Gst;

namespace Streaming.Cli.Doctor;

/// <summary>Looks at what this machine has: for `streaming doctor` and for the live page.</summary>
internal static class DoctorChecks
{
    /// <summary>All that is looked at.</summary>
    /// <param name="libtorch">Folder of an existing libtorch; null for the usual one.</param>
    public static IReadOnlyList<Finding> Run(string? libtorch)
    {
        return [Program(), Processor(), Torch(libtorch), .. Media()];
    }

    private static Finding Program()
    {
        return new Finding(
            FindingKind.Good,
            "streaming",
            $"{ProgramVersion.Text}, .NET {Environment.Version}, {RuntimeInformation.OSDescription.Trim()}");
    }

    private static Finding Processor()
    {
        // .NET does not tell all of these; the kernel does.
        IEnumerable<string> lines = File.Exists("/proc/cpuinfo") ? File.ReadLines("/proc/cpuinfo") : [];
        var flags = lines.FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal))?.Split(' ') ?? [];
        (string Flag, string Name)[] features =
        [
            ("avx2", "AVX2"), ("avx512f", "AVX-512"), ("avx512_bf16", "bf16 (AVX-512)"), ("amx_bf16", "bf16 (AMX)"),
            ("avx512_vnni", "VNNI"),
        ];
        string[] present = [.. features.Where(feature => flags.Contains(feature.Flag)).Select(feature => feature.Name)];
        return new Finding(
            FindingKind.Good,
            "processor",
            $"{Environment.ProcessorCount} cores, {(present.Length == 0 ? "no AVX2" : string.Join(", ", present))}"
                + (ProcessorCaches.AreHidden ? "; the virtual machine hides its caches: usual sizes are assumed" : ""));
    }

    private static Finding Torch(string? folder)
    {
        try
        {
            var libtorch = LibTorch.Load(folder);
            var gpus = libtorch.HasCuda
                ? $"{libtorch.CudaDevices} GPU(s), kernels by "
                    + $"{libtorch.KernelCompiler ?? "libtorch alone, which is slower: NVRTC (libnvrtc.so) is missing"}"
                : "no GPU: the CPU is used";
            var healed = libtorch.HealedShim is null
                ? ""
                : "; this machine's libstdc++ is older than it wants, so a healed copy is used";
            return new Finding(FindingKind.Good, "libtorch", $"{libtorch.Version} in {libtorch.Folder}, {gpus}{healed}");
        }
        catch (ModelLoadException exception)
        {
            return new Finding(FindingKind.Problem, "libtorch", exception.Message);
        }
    }

    private static IEnumerable<Finding> Media()
    {
        yield return OpenCv.MissingLibrary is { } missing
            ? new Finding(FindingKind.Problem, "OpenCV", missing)
            : new Finding(FindingKind.Good, "OpenCV", $"{OpenCv.Version} with {OpenCv.Codecs}; "
                + $"{(OpenCv.CanWriteMp4() ? "writes MP4 (mp4v)" : "cannot write MP4: no annotated videos")}");
        yield return GStreamer.Version is { } version
            ? new Finding(FindingKind.Good, "GStreamer", $"{version}; hardware decoding: {HardwareDecoders()}; H.264 output: "
                + $"{H264Encoder.Name ?? "none: annotated videos are mp4v"}")
            : new Finding(
                FindingKind.Optional,
                "GStreamer",
                $"needed for cameras and H.264 output only. For both: {GStreamer.Advice}. For H.264 output alone: "
                    + $"{GStreamer.EncoderAdvice}");
    }

    /// <summary>GStreamer itself prefers these to software.</summary>
    private static string HardwareDecoders()
    {
        string[] present = [.. GStreamer.HardwareDecoders.Where(GStreamer.Has)];
        return present.Length == 0 ? "none" : string.Join(", ", present);
    }
}
