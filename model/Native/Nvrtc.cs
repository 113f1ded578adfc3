using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Streaming.Model.Native;

/// <summary>NVIDIA's run-time compiler, which ships with libtorch's CUDA builds: CUDA C++ as text to code for a GPU.</summary>
internal sealed unsafe partial class Nvrtc
{
    /// <summary>
    /// Multiplications and additions stay apart, so that numbers come out as on the CPU; these kernels wait for memory anyway.
    /// </summary>
    private static readonly string[] Options = ["--fmad=false", "--std=c++14"];

    private readonly nint _library;

    private Nvrtc(nint library, string path)
    {
        (_library, Path) = (library, path);
        int major, minor;
        ((delegate* unmanaged[Cdecl]<int*, int*, int>)Function("nvrtcVersion"))(&major, &minor);
        Version = new Version(major, minor);
    }

    /// <summary>What was loaded.</summary>
    public string Path { get; }

    /// <summary>The compiler's version, for example 12.8.</summary>
    public Version Version { get; }

    /// <summary>
    /// Loads the compiler: libtorch's own, that of Python's packages beside it, or the system's; null when there is none.
    /// </summary>
    /// <param name="libtorchFolder">Where libtorch lies.</param>
    public static Nvrtc? Find(string libtorchFolder)
    {
        var packages = System.IO.Path.Combine(libtorchFolder, "..", "..", "nvidia");
        var siblings = Directory.Exists(packages) ? Directory.GetDirectories(packages) : [];
        string[] folders = [libtorchFolder, .. siblings.Select(folder => System.IO.Path.Combine(folder, "lib"))];
        var files = folders.Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "libnvrtc*.so*"))
            .Where(file => IsCompiler().IsMatch(System.IO.Path.GetFileName(file)));
        foreach (var candidate in files.Concat(["libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so.11.2", "libnvrtc.so"]))
        {
            if (NativeLibrary.TryLoad(candidate, out var library))
            {
                return new Nvrtc(library, candidate);
            }
        }

        return null;
    }

    /// <summary>
    /// Compiles for a GPU; what was compiled once is taken from the user's cache folder.
    /// </summary>
    /// <param name="source">CUDA C++ without any header.</param>
    /// <param name="capability">The GPU's compute capability, for example 9.0.</param>
    /// <returns>Machine code where the compiler knows the GPU, else PTX, which the driver compiles.</returns>
    /// <exception cref="ModelLoadException">The text does not compile.</exception>
    public byte[] Compile(string source, Version capability)
    {
        var options = Options.Append($"--gpu-architecture={Architecture(capability)}").ToArray();
        var identity = Encoding.UTF8.GetBytes($"{Version}\n{string.Join('\n', options)}\n{source}");
        var key = Convert.ToHexStringLower(SHA256.HashData(identity))[..32];
        var file = System.IO.Path.Combine(CacheFolder.Path, "kernels", key);
        if (File.Exists(file) && Unseal(File.ReadAllBytes(file)) is { } cached)
        {
            return cached;
        }

        var code = Run(source, options);
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
            var partial = $"{file}.{System.IO.Path.GetRandomFileName()}";
            File.WriteAllBytes(partial, [.. SHA256.HashData(code), .. code]);
            File.Move(partial, file, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Without a cache it is compiled at each start.
        }

        return code;
    }

    /// <summary>
    /// The newest architecture that the compiler knows and the GPU understands: its own, or an older one's PTX.
    /// </summary>
    private string Architecture(Version capability)
    {
        var own = (capability.Major * 10) + capability.Minor;
        int count;
        Check(((delegate* unmanaged[Cdecl]<int*, int>)Function("nvrtcGetNumSupportedArchs"))(&count));
        var known = new int[count];
        fixed (int* pointer = known)
        {
            Check(((delegate* unmanaged[Cdecl]<int*, int>)Function("nvrtcGetSupportedArchs"))(pointer));
        }

        var nearest = known.Where(arch => arch <= own).DefaultIfEmpty(known.Min()).Max();
        return string.Create(CultureInfo.InvariantCulture, $"{(nearest == own ? "sm" : "compute")}_{nearest}");
    }

    private byte[] Run(string text, string[] options)
    {
        nint program;
        var source = Marshal.StringToCoTaskMemUTF8(text);
        var texts = options.Select(Marshal.StringToCoTaskMemUTF8).ToArray();
        try
        {
            var create = (delegate* unmanaged[Cdecl]<nint*, nint, nint, int, nint, nint, int>)Function("nvrtcCreateProgram");
            Check(create(&program, source, 0, 0, 0, 0));
            try
            {
                fixed (nint* pointers = texts)
                {
                    var compile = (delegate* unmanaged[Cdecl]<nint, int, nint*, int>)Function("nvrtcCompileProgram");
                    if (compile(program, texts.Length, pointers) != 0)
                    {
                        var log = Encoding.UTF8.GetString(Get(program, "ProgramLog")).TrimEnd('\0', '\n');
                        throw new ModelLoadException($"The CUDA kernels do not compile with {Path} {Version}: {log}");
                    }
                }

                var isMachineCode = options.Any(option => option.Contains("sm_", StringComparison.Ordinal));
                return Get(program, isMachineCode ? "CUBIN" : "PTX");
            }
            finally
            {
                ((delegate* unmanaged[Cdecl]<nint*, int>)Function("nvrtcDestroyProgram"))(&program);
            }
        }
        finally
        {
            Marshal.FreeCoTaskMem(source);
            Array.ForEach(texts, Marshal.FreeCoTaskMem);
        }
    }

    /// <summary>The content of a cache file, or null when it is torn.</summary>
    private static byte[]? Unseal(byte[] file)
    {
        const int Head = SHA256.HashSizeInBytes;
        var isWhole = file.Length > Head && SHA256.HashData(file.AsSpan(Head)).AsSpan().SequenceEqual(file.AsSpan(0, Head));
        return isWhole ? file[Head..] : null;
    }

    private byte[] Get(nint program, string what)
    {
        nuint size;
        Check(((delegate* unmanaged[Cdecl]<nint, nuint*, int>)Function($"nvrtcGet{what}Size"))(program, &size));
        var bytes = new byte[size];
        fixed (byte* pointer = bytes)
        {
            Check(((delegate* unmanaged[Cdecl]<nint, byte*, int>)Function($"nvrtcGet{what}"))(program, pointer));
        }

        return bytes;
    }

    private nint Function(string name)
    {
        return NativeLibrary.GetExport(_library, name);
    }

    private void Check(int code)
    {
        if (code != 0)
        {
            throw new ModelLoadException(
                string.Create(CultureInfo.InvariantCulture, $"{Path} {Version} fails with code {code}."));
        }
    }

    /// <summary>libnvrtc.so.12, or with a hash in its name as libtorch's archives have it; not libnvrtc-builtins.</summary>
    [GeneratedRegex(@"^libnvrtc(-[0-9a-f]+)?\.so(\.\d+)*$")]
    private static partial Regex IsCompiler();
}
