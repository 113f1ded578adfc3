using System.Globalization;
using Streaming.Benchmarks.Tracks;
using Streaming.Model.Structures;
using Streaming.Scenes;

namespace Streaming.Benchmarks.Gate;

/// <summary>
/// What the motion gate saves on quiet drawn streets, and what it costs: objects that are found later, or never.
/// </summary>
internal static class GateBenchmark
{
    private const int Rate = 15;
    private const int Seconds = 30;

    /// <summary>With this share of the traffic an object is visible in a tenth of the frames (seeds 1 to 100).</summary>
    public const double QuietTraffic = 0.01;

    private static readonly ImageSize Size = new(360, 640);

    /// <summary>Objects that are in view for longer may not be missed.</summary>
    private static readonly TimeSpan Lasting = TimeSpan.FromSeconds(2);

    /// <summary>Prints what was found.</summary>
    /// <param name="streets">How many with the truth's detections; 0 for none.</param>
    /// <param name="demoStreets">How many of them with the demo model's too; 0 for none.</param>
    /// <param name="first">The first street's seed.</param>
    public static void Run(int streets, int demoStreets, long first)
    {
        var noisy = Workers.Run(
            streets,
            () => Stream.Null,
            (_, i) => GateTrial.Run(
                Street(first + i),
                Rate,
                Seconds,
                (frame, objects) => [.. NoisyDetector.Detect(objects, Size, first + i, frame.Identity.Index)
                    .Select(item => item.Detection)]));
        Print("the truth with a detector's noise", noisy);
        var demo = Workers.Run(
            demoStreets,
            () => new DemoDetector(),
            (detector, i) => GateTrial.Run(
                Street(first + i), Rate, Seconds, (frame, _) => detector.Detect(frame.Pixels.View)));
        Print("the demo model's", demo);
        GateCost.Print(first);
    }

    private static StreetAddress Street(long seed)
    {
        return new StreetAddress(seed, Size, null, null, StreetAddress.DemoKinds, QuietTraffic);
    }

    private static void Print(string detections, StreetOutcome[] streets)
    {
        if (streets.Length == 0)
        {
            return;
        }

        Console.WriteLine($"Detections: {detections}");
        Console.WriteLine("seed  with an object  saved");
        foreach (var street in streets)
        {
            Print($"{street.Seed,4}  {100.0 * street.WithObject / street.Frames,12:0.0} %  {100 * street.Saved,4:0.0} %");
            foreach (var item in street.Objects.Where(item => item.InView > Lasting))
            {
                Print($"      {item.InView.TotalSeconds,4:0.0} s in view, found at {At(item.Without)} and {At(item.With)}");
            }
        }

        var frames = streets.Sum(street => street.Frames);
        ObjectOutcome[] objects = [.. streets.SelectMany(street => street.Objects)];
        ObjectOutcome[] lasting = [.. objects.Where(item => item.InView > Lasting)];
        double[] delays = [.. objects.Select(item => item.Delay?.TotalSeconds).OfType<double>().Order()];
        var (withObject, seen) = (streets.Sum(street => street.WithObject), streets.Sum(street => street.Seen));
        var (missed, alone) = (lasting.Count(item => item.Without is null), lasting.Count(item => item.IsLost));
        Print($"""
            {streets.Length} streets of {Seconds} s: an object is visible in {100.0 * withObject / frames:0.0} % of the frames
            saved: {100.0 * (frames - seen) / frames:0.0} % of the network's turns
            {lasting.Length} objects in view for more than {Lasting.TotalSeconds:0} s:
              {missed} have no track without the gate, {alone} because of it
            {delays.Length} objects: first frame of a track, later than without the gate:
              p50 {At(delays, 0.5):0.00} s, p95 {At(delays, 0.95):0.00} s, most {delays.LastOrDefault():0.00} s

            """);
    }

    private static void Print(FormattableString text)
    {
        Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
    }

    private static string At(TimeSpan? time)
    {
        return time?.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture) ?? "never";
    }

    private static double At(double[] sorted, double share)
    {
        return sorted.Length == 0 ? 0 : sorted[(int)Math.Ceiling(share * sorted.Length) - 1];
    }
}
