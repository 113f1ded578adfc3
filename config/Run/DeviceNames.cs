using System.Globalization;

namespace Streaming.Config.Run;

/// <summary>How a device is named: "auto", "cpu", "cuda" for the first GPU, or "cuda:N" for the one of that number.</summary>
internal static class DeviceNames
{
    /// <summary>What may be written.</summary>
    public const string Supported = "auto, cpu, cuda, cuda:N";

    private const string Numbered = "cuda:";

    /// <summary>Whether a name is one of these.</summary>
    public static bool IsKnown(string name)
    {
        return name is "auto" or "cpu" || GpuIndex(name) is not null;
    }

    /// <summary>The number of the GPU that is named, or null.</summary>
    public static int? GpuIndex(string name)
    {
        if (name == "cuda")
        {
            return 0;
        }

        return name.StartsWith(Numbered, StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(Numbered.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                ? index
                : null;
    }
}
