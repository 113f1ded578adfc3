using Streaming.Cli.Doctor;
using Streaming.Model;
using Streaming.Model.Native;
using Streaming.Server.Machine;
using Streaming.Stages.Cv;
using Streaming.Stages.Emit;
using Streaming.Stages.Gst;

namespace Streaming.Cli.Running;

/// <summary>What this machine has: looked at once, since libraries that are loaded do not change.</summary>
/// <param name="Libtorch">Its version; null when it cannot be loaded.</param>
/// <param name="Opencv">Its version; null when it cannot be loaded.</param>
/// <param name="Gstreamer">Its version; null when it is missing.</param>
/// <param name="Doctor">What the doctor finds.</param>
/// <param name="Needs">What is missing for cameras and clips.</param>
internal sealed record MachineLook(
    string? Libtorch, string? Opencv, string? Gstreamer, IReadOnlyList<DoctorReport> Doctor, IReadOnlyList<SetupNeed> Needs)
{
    /// <summary>Elements of GStreamer without which a camera cannot be read.</summary>
    private static readonly string[] CameraElements = ["rtspsrc", "rtph264depay", "h264parse", "decodebin", "videoconvert"];

    /// <summary>Looks; takes a while, since encoders are tried.</summary>
    /// <param name="libtorch">Folder of an existing libtorch; null for the usual one.</param>
    public static MachineLook Take(string? libtorch)
    {
        return new MachineLook(
            TorchVersion(libtorch),
            OpenCv.MissingLibrary is null ? OpenCv.Version : null,
            GStreamer.Version,
            [.. DoctorChecks.Run(libtorch).Select(Report)],
            [.. MediaNeeds()]);
    }

    private static DoctorReport Report(Finding finding)
    {
        var state = finding.Kind switch
        {
            FindingKind.Good => "ok",
            FindingKind.Optional => "warning",
            _ => "error",
        };
        return new DoctorReport(finding.Name, state, finding.Text);
    }

    private static string? TorchVersion(string? folder)
    {
        try
        {
            return LibTorch.Load(folder).Version;
        }
        catch (ModelLoadException)
        {
            // The doctor says why.
            return null;
        }
    }

    private static IEnumerable<SetupNeed> MediaNeeds()
    {
        if (GStreamer.Version is null)
        {
            yield return new SetupNeed(
                "GStreamer is missing: cameras cannot be read, and no clips are recorded.", GStreamer.Advice);
            yield break;
        }

        string[] missing = [.. CameraElements.Where(element => !GStreamer.Has(element))];
        if (missing.Length > 0)
        {
            yield return new SetupNeed(
                $"GStreamer lacks parts that cameras need: {string.Join(", ", missing)}.", GStreamer.Advice);
        }

        if (H264Encoder.Name is null)
        {
            yield return new SetupNeed("There is no H.264 encoder that works: no clips are recorded.", GStreamer.EncoderAdvice);
        }
    }
}
