using System.Runtime.InteropServices;

namespace Streaming.Stages;

/// <summary>Whether GStreamer is there.</summary>
public static partial class GStreamer
{
    /// <summary>The system packages that carry all of it that is of use here, on Debian and Ubuntu.</summary>
    public const string Packages =
        "libgstreamer1.0-0 libgstreamer-plugins-base1.0-0 gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-plugins-ugly gstreamer1.0-libav";

    /// <summary>For example "1.22.0", or null when GStreamer is missing.</summary>
    public static string? Version
    {
        get
        {
            try
            {
                GetVersion(out var major, out var minor, out var micro, out _);
                return $"{major}.{minor}.{micro}";
            }
            catch (DllNotFoundException)
            {
                return null;
            }
        }
    }

    [LibraryImport("libgstreamer-1.0.so.0", EntryPoint = "gst_version")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void GetVersion(out uint major, out uint minor, out uint micro, out uint nano);
}
