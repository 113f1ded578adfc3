using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OpenCvSharp;
using Streaming.Model.Native;

namespace Streaming.Stages.Cv;

/// <summary>
/// Loads OpenCV's native library without the window libraries that it asks for. They serve functions that open windows, which
/// are looked up when they are called, and never are. With them every machine would need GTK; and what GTK brings (libjpeg,
/// libpng, libtiff) would find OpenCV's functions of the same names in place of its own, so that GStreamer's JPEG decoder
/// crashes the process. The package's file stays as it is: a copy in the user's cache folder is changed.
/// </summary>
internal static class OpenCvLibrary
{
    private const string Name = "OpenCvSharpExtern";
    private const string FileName = $"lib{Name}.so";

    /// <summary>The window libraries; of libatomic not one function is used.</summary>
    public static readonly IReadOnlyCollection<string> Unneeded =
    [
        "libfreetype.so.6", "libharfbuzz.so.0", "libgtk-3.so.0", "libgdk-3.so.0", "libpangocairo-1.0.so.0", "libpango-1.0.so.0",
        "libatk-1.0.so.0", "libcairo-gobject.so.2", "libcairo.so.2", "libgdk_pixbuf-2.0.so.0", "libgio-2.0.so.0",
        "libgobject-2.0.so.0", "libglib-2.0.so.0", "libdrm.so.2", "libX11.so.6", "libatomic.so.1",
    ];

    /// <summary>What GTK needs to read pictures.</summary>
    private static readonly string[] Images =
    [
        "libjpeg.so.62", "libjpeg.so.8", "libpng16.so.16", "libtiff.so.6", "libtiff.so.5", "liblzma.so.5", "libzstd.so.1",
        "liblz4.so.1",
    ];

    private static readonly Lazy<nint> Handle = new(Load);

    /// <summary>The library of the package, or null when this program carries none.</summary>
    public static string? Packaged { get; } =
        (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Append(AppContext.BaseDirectory)
        .Append(Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native"))
        .Select(folder => Path.Combine(folder, FileName))
        .FirstOrDefault(File.Exists);

    /// <summary>Has OpenCvSharp ask here for its library. Runs before any other code of this project.</summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "It must come before every use of OpenCV.")]
    internal static void Register()
    {
        try
        {
            NativeLibrary.SetDllImportResolver(typeof(Cv2).Assembly, Resolve);
        }
        catch (InvalidOperationException)
        {
            // The program that uses this library decides by itself where OpenCV comes from.
        }
    }

    /// <summary>
    /// The changed copy of a library in a folder; it is made when it is not there yet. Null when the file is no such library.
    /// </summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written.</exception>
    internal static string? Trim(string library, string folder)
    {
        using var original = File.OpenHandle(library);
        if (ElfDynamic.Read(original) is not { } dynamic)
        {
            return null;
        }

        var needs = dynamic.Without(Unneeded);
        var copy = Path.Combine(folder, dynamic.BuildId, FileName);
        if (!IsWhole(copy, RandomAccess.GetLength(original), dynamic.Offset, needs))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            var partial = $"{copy}.{Path.GetRandomFileName()}";
            using (var source = File.OpenRead(library))
            using (var target = new FileStream(partial, FileMode.CreateNew))
            {
                source.CopyTo(target);
                target.Position = dynamic.Offset;
                target.Write(needs);
                target.Flush(flushToDisk: true);
            }

            File.Move(partial, copy, overwrite: true);
        }

        return copy;
    }

    /// <summary>A file has its name only once it is on the disk, so that size and the changed bytes tell enough.</summary>
    private static bool IsWhole(string copy, long size, long offset, ReadOnlySpan<byte> needs)
    {
        if (!File.Exists(copy))
        {
            return false;
        }

        using var file = File.OpenHandle(copy);
        var found = new byte[needs.Length];
        return RandomAccess.GetLength(file) == size
            && RandomAccess.Read(file, found, offset) == found.Length
            && needs.SequenceEqual(found);
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        return name == Name ? Handle.Value : 0;
    }

    /// <summary>The copy's handle; 0 leaves it to OpenCvSharp, which then finds the original.</summary>
    private static nint Load()
    {
        var handle = Packaged is null ? 0 : LoadCopy();
        if (handle == 0)
        {
            // The original brings these along. Loaded before it they keep to their own functions.
            foreach (var library in Images)
            {
                NativeLibrary.TryLoad(library, out _);
            }
        }

        return handle;
    }

    private static nint LoadCopy()
    {
        var temporary = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            return TryLoad(Path.Combine(CacheFolder.Path, "native")) is var cached and not 0 ? cached : TryLoad(temporary);
        }
        finally
        {
            // Nobody else may be trusted with a file there; what is loaded stays with the process.
            if (Directory.Exists(temporary))
            {
                Directory.Delete(temporary, recursive: true);
            }
        }
    }

    private static nint TryLoad(string folder)
    {
        try
        {
            return Trim(Packaged!, folder) is { } copy && NativeLibrary.TryLoad(copy, out var handle) ? handle : 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Not writable: it is tried elsewhere.
            return 0;
        }
    }
}
