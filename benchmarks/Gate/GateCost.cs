using System.Globalization;
using Streaming.Config.Run;
using Streaming.Model.Structures;
using Streaming.Scenes;
using Streaming.Stages.Cv;
using Streaming.Stages.Frames;
using Streaming.Stages.Gate;
using Streaming.Stages.Track;

namespace Streaming.Benchmarks.Gate;

/// <summary>CPU time of the gate and of the demo model, for a frame of a busy street.</summary>
internal static class GateCost
{
    private const int Rate = 15;
    private const int Frames = 30;

    /// <summary>How often the gate sees them, and how often before that, until its code is compiled for good.</summary>
    private const int Rounds = 30;
    private const int WarmUp = 20;

    private static readonly ImageSize[] Sizes = [new(360, 640), new(720, 1280)];

    /// <summary>Prints a row for each size.</summary>
    /// <param name="seed">The street.</param>
    public static void Print(long seed)
    {
        Console.WriteLine("size      gate, ms of CPU  network, ms of CPU  ratio");
        using var detector = new DemoDetector();
        foreach (var size in Sizes)
        {
            using var pool = new PixelPool();
            PixelBuffer[] pictures = [.. Draw(new StreetScene(seed, size, StreetAddress.DemoKinds), pool)];
            try
            {
                var (gate, network) = (Gate(pictures), Network(pictures, detector));
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{size,-8}  {gate.TotalMilliseconds,15:0.000}  {network.TotalMilliseconds,18:0.0}  "
                    + $"{gate / network,5:0.0 %}"));
            }
            finally
            {
                Array.ForEach(pictures, picture => picture.Dispose());
            }
        }
    }

    private static IEnumerable<PixelBuffer> Draw(StreetScene scene, PixelPool pool)
    {
        for (var i = 0; i < Frames; i++)
        {
            var pixels = pool.Rent(scene.Size);
            using var picture = OpenCv.AsMat(pixels);
            scene.Draw(picture, (double)i / Rate, listsObjects: false);
            yield return pixels;
        }
    }

    private static TimeSpan Gate(PixelBuffer[] pictures)
    {
        var activity = new TrackActivity();
        activity.Report(1, 1);
        using var gate = new MotionGate(activity, new MotionSensitivity(), GateSection.Usual.Interval);
        var (index, cpu) = (0, TimeSpan.Zero);
        for (var round = 0; round < WarmUp + Rounds; round++)
        {
            var started = Environment.CpuUsage.TotalTime;
            foreach (var picture in pictures)
            {
                var pts = TimeSpan.FromSeconds((double)index / Rate);
                gate.Wants(new Frame(
                    new FrameIdentity("street", 0, index++, pts, PtsOrigin.Estimated, DateTimeOffset.UnixEpoch), picture));
            }

            cpu += round >= WarmUp ? Environment.CpuUsage.TotalTime - started : TimeSpan.Zero;
        }

        return cpu / (Rounds * pictures.Length);
    }

    private static TimeSpan Network(PixelBuffer[] pictures, DemoDetector detector)
    {
        detector.Detect(pictures[0].View);
        var started = Environment.CpuUsage.TotalTime;
        foreach (var picture in pictures)
        {
            detector.Detect(picture.View);
        }

        return (Environment.CpuUsage.TotalTime - started) / pictures.Length;
    }
}
