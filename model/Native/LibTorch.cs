using System.Runtime.InteropServices;
using System.Security.Cryptography;
using TorchSharp;

namespace Streaming.Model.Native;

/// <summary>
/// Loads libtorch before TorchSharp looks for it. Two things go beyond what TorchSharp does by itself: an existing
/// libtorch can be used (for example of a Python installation of PyTorch), and libLibTorchSharp.so is healed where the
/// machine's libstdc++ is older than the one that it was built with.
/// </summary>
internal static class LibTorch
{
    /// <summary>The environment variable that names the folder of an existing libtorch.</summary>
    public const string FolderVariable = "STREAMING_LIBTORCH";

    private const string Shim = "libLibTorchSharp.so";

    /// <summary>
    /// The version of GCC 13's libstdc++ that libLibTorchSharp.so asks for. No relocation uses it: it is only the marker
    /// of a symbol (std::ios_base_library_init) that older ones do without, so that the need can be made weak.
    /// </summary>
    private const string NewestNeed = "GLIBCXX_3.4.32";

    private static readonly Lock Gate = new();
    private static LibTorchInfo? _loaded;

    /// <summary>Loads libtorch once for the process; later calls return what the first one found.</summary>
    /// <param name="folder">
    /// An existing libtorch's folder, the one with libtorch.so; null takes it from <see cref="FolderVariable"/>, and
    /// without that the packaged one.
    /// </param>
    /// <exception cref="ModelLoadException">There is no libtorch, or it does not load; the message says what to do.</exception>
    public static LibTorchInfo Load(string? folder = null)
    {
        lock (Gate)
        {
            return _loaded ??= LoadOnce(folder ?? Environment.GetEnvironmentVariable(FolderVariable));
        }
    }

    private static LibTorchInfo LoadOnce(string? folder)
    {
        if (string.IsNullOrEmpty(folder))
        {
            folder = null;
        }

        var shim = FindPackaged(Shim)
            ?? throw new ModelLoadException($"{Shim} is missing next to the program; build it again with 'dotnet build'.");
        var libtorchFolder = folder ?? FolderOf(FindPackaged("libtorch_cpu.so"))
            ?? throw new ModelLoadException(
                $"This build carries no libtorch; set {FolderVariable} to the folder that holds libtorch.so.");
        if (folder is not null && !File.Exists(Path.Combine(folder, "libtorch_cpu.so")))
        {
            throw new ModelLoadException(
                $"{FolderVariable}={folder}: there is no libtorch_cpu.so in this folder; "
                + "name the folder that holds it, such as …/site-packages/torch/lib.");
        }

        OpenMp.SpinBriefly();

        // libtorch first: the shim names it by soname, and what is loaded already is taken wherever it came from.
        foreach (var library in new[] { "libc10.so", "libtorch_cpu.so", "libc10_cuda.so", "libtorch_cuda.so", "libtorch.so" })
        {
            var path = Path.Combine(libtorchFolder, library);
            if (File.Exists(path))
            {
                LoadOrThrow(path);
            }
        }

        ProcessorCaches.Heal(Path.Combine(libtorchFolder, "libtorch_cpu.so"));
        var isHealed = false;
        try
        {
            NativeLibrary.Load(shim);
        }
        catch (DllNotFoundException exception) when (exception.Message.Contains(NewestNeed, StringComparison.Ordinal))
        {
            shim = Heal(shim);
            LoadOrThrow(shim);
            isHealed = true;
        }
        catch (DllNotFoundException exception)
        {
            throw new ModelLoadException($"{shim} does not load: {FirstLine(exception.Message)}", exception);
        }

        try
        {
            var hasCuda = torch.cuda.is_available();
            return new LibTorchInfo(
                torch.__version__, libtorchFolder, isHealed ? shim : null, hasCuda, hasCuda ? torch.cuda.device_count() : 0);
        }
        catch (Exception exception)
            when (exception is TypeInitializationException or ExternalException or TypeLoadException)
        {
            var reason = FirstLine(exception.GetBaseException().Message);
            throw new ModelLoadException($"libtorch in {libtorchFolder} does not fit TorchSharp: {reason}", exception);
        }
    }

    private static void LoadOrThrow(string path)
    {
        try
        {
            NativeLibrary.Load(path);
        }
        catch (DllNotFoundException exception)
        {
            throw new ModelLoadException($"{path} does not load: {FirstLine(exception.Message)}", exception);
        }
    }

    /// <summary>Makes the need weak in a copy under the user's cache folder; the package's file stays as it is.</summary>
    private static string Heal(string shim)
    {
        var bytes = File.ReadAllBytes(shim);
        var version = Convert.ToHexStringLower(SHA256.HashData(bytes))[..16];
        if (ElfVersionNeeds.MakeWeak(bytes, NewestNeed) == 0)
        {
            throw new ModelLoadException(
                $"{shim} needs {NewestNeed}, which this machine's libstdc++ lacks; use Debian 13, Ubuntu 24.04 or newer.");
        }

        foreach (var cache in new[] { CacheFolder.Path, Path.GetTempPath() })
        {
            var folder = Path.Combine(cache, "native", version);
            var healed = Path.Combine(folder, Shim);
            try
            {
                // The content decides: a torn or foreign file of that name is never loaded.
                if (!File.Exists(healed) || !File.ReadAllBytes(healed).AsSpan().SequenceEqual(bytes))
                {
                    Directory.CreateDirectory(folder);
                    var partial = Path.Combine(folder, Path.GetRandomFileName());
                    File.WriteAllBytes(partial, bytes);
                    File.Move(partial, healed, overwrite: true);
                }

                return healed;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Not writable: try the next folder.
            }
        }

        throw new ModelLoadException(
            $"Neither {CacheFolder.Path} nor the temporary folder can be written: {Shim} needs a copy there on this machine.");
    }

    private static string? FindPackaged(string file)
    {
        var folders = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        var searched = folders.Split(':', StringSplitOptions.RemoveEmptyEntries);
        return searched
            .Append(AppContext.BaseDirectory)
            .Append(Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native"))
            .Select(folder => Path.Combine(folder, file))
            .FirstOrDefault(File.Exists);
    }

    private static string? FolderOf(string? path)
    {
        return path is null ? null : Path.GetDirectoryName(path);
    }

    private static string FirstLine(string message)
    {
        return message.Split('\n')[0].Trim();
    }
}

/// <summary>The libtorch that was loaded.</summary>
/// <param name="Version">libtorch's version, for example "2.10.0".</param>
/// <param name="Folder">Where it lies.</param>
/// <param name="HealedShim">The healed copy of libLibTorchSharp.so, or null when the original was loaded.</param>
/// <param name="HasCuda">Whether a CUDA device can be used.</param>
/// <param name="CudaDevices">How many.</param>
internal sealed record LibTorchInfo(string Version, string Folder, string? HealedShim, bool HasCuda, int CudaDevices)
{
    /// <summary>
    /// The compiler of a GPU's kernels, for example "NVRTC 12.8"; null when there is none: then a GPU works slower.
    /// </summary>
    public string? KernelCompiler => Nvrtc.Find(Folder) is { } compiler ? $"NVRTC {compiler.Version}" : null;
}
