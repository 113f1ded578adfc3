using System.Runtime.InteropServices;

namespace Streaming.Stages.Gst;

/// <summary>Whether GStreamer is there.</summary>
internal static partial class GStreamer
{
    /// <summary>How to install what H.264 output needs on Debian and Ubuntu: about 130 packages, 45 MB to download.</summary>
    public const string EncoderAdvice = $"{Install} {EncoderPackages}";

    /// <summary>How to install all of it that is of use here, cameras included: about 350 packages, 200 MB to download.</summary>
    public const string Advice = $"{EncoderAdvice} gstreamer1.0-plugins-bad gstreamer1.0-libav";

    private const string Install = "sudo apt-get update && sudo apt-get install -y --no-install-recommends";
    private const string EncoderPackages = "gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-ugly";

    /// <summary>Decoders in hardware, those that GStreamer prefers by itself when they are there.</summary>
    public static IReadOnlyList<string> HardwareDecoders { get; } =
        ["nvh264dec", "nvh265dec", "nvav1dec", "vah264dec", "vah265dec", "vaav1dec", "v4l2h264dec", "v4l2slh264dec"];

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

    /// <summary>Whether an element is installed, for example "nvh264dec".</summary>
    /// <param name="element">Its name.</param>
    public static bool Has(string element)
    {
        if (Version is null || !GstNative.gst_init_check(0, 0, out _))
        {
            return false;
        }

        var factory = GstNative.gst_element_factory_find(element);
        if (factory != 0)
        {
            GstNative.gst_object_unref(factory);
        }

        return factory != 0;
    }

    [LibraryImport("libgstreamer-1.0.so.0", EntryPoint = "gst_version")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void GetVersion(out uint major, out uint minor, out uint micro, out uint nano);
}
