using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Streaming.Benchmarks.Gate;
using Streaming.Model.Structures;
using Streaming.Scenes;

namespace Streaming.Benchmarks.Cameras;

/// <summary>
/// More quiet cameras than the network can keep up with, through the whole program in real time, with the gate and without it.
/// A detection is useful when its frame holds an object, according to the truth, and the network saw that frame.
/// </summary>
internal static class CamerasBenchmark
{
    private const long FirstStreet = 9100;
    private const int Rate = 10;
    private static readonly ImageSize Size = new(360, 640);

    /// <summary>Runs both one after the other, and prints a row for each.</summary>
    /// <param name="count">How many cameras.</param>
    /// <param name="seconds">How long they run.</param>
    public static async Task RunAsync(int count, int seconds)
    {
        StreetAddress[] streets =
        [
            .. Enumerable.Range(0, count).Select(i => new StreetAddress(
                FirstStreet + i, Size, Rate, Rate * seconds, StreetAddress.DemoKinds, GateBenchmark.QuietTraffic)),
        ];
        var folder = Directory.CreateTempSubdirectory("streaming-cameras-");
        try
        {
            var runs = new List<(string Name, CameraRecord[] Cameras)>();
            foreach (var (name, hasGate) in new[] { ("without", false), ("with", true) })
            {
                var output = Path.Combine(folder.FullName, name);
                await StreamAsync(output, streets, hasGate);
                var files = streets.Select(street => Path.Combine(output, $"street-{street.Seed}.jsonl"));
                runs.Add((name, [.. files.Select(CameraRecord.Read)]));
            }

            Print(streets, seconds, runs);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task StreamAsync(string output, IEnumerable<StreetAddress> streets, bool hasGate)
    {
        var file = $"{output}.yaml";
        var sources = streets.Select(street => string.Create(
            CultureInfo.InvariantCulture,
            $"  - input: \"{StreetAddress.Prefix}?seed={street.Seed}&size={street.Size}&rate={street.Rate}&frames={street.Frames}"
                + $"&busy={street.Busy}\""));
        await File.WriteAllTextAsync(file, $"""
            model: {"{"} config: "{DemoDetector.Folder}/demo.yaml", weights: "{DemoDetector.Folder}/demo.safetensors" {"}"}
            output: {"{"} folder: "{output}" {"}"}
            defaults: {"{"} track: bytetrack, gate: {(hasGate ? "true" : "false")} {"}"}
            sources:
            {string.Join('\n', sources)}

            """);
        var start = new ProcessStartInfo(Path.Combine(DemoDetector.Root, "streaming"), ["run", file])
        {
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var log = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"The run failed: {log}");
        }
    }

    private static void Print(StreetAddress[] streets, int seconds, List<(string Name, CameraRecord[] Cameras)> runs)
    {
        var truth = Workers.Run(streets.Length, () => Stream.Null, (_, i) => StreetTracks
            .Of(streets[i].Open(), Rate, Rate * seconds).Select(objects => objects.Count > 0).ToArray());
        var withObject = truth.Sum(street => street.Count(item => item));
        var share = (double)withObject / (streets.Length * Rate * seconds);
        Print($"{streets.Length} cameras, {Rate} frames a second, {seconds} s; an object in {share:0.0 %} of the frames");
        Console.WriteLine("gate     seen/s  useful/s  of all with an object  emitted/s  dropped/s  age p50, ms  age p95, ms");
        foreach (var (name, cameras) in runs)
        {
            double PerSecond(double frames)
            {
                return frames / seconds;
            }

            var useful = cameras.Select((camera, i) => camera.Seen.Count(frame => truth[i][frame.Index])).Sum();
            var (emitted, dropped) = (cameras.Sum(camera => camera.Emitted), cameras.Sum(camera => camera.Dropped));
            double[] ages = [.. cameras.SelectMany(camera => camera.Seen).Select(frame => frame.Age).Order()];
            var (p50, p95) = (ages[ages.Length / 2], ages[ages.Length * 95 / 100]);
            var row = FormattableStringFactory.Create(
                "{0,-7}  {1,6:0.0}  {2,8:0.00}  {3,21:0.0 %}  {4,9:0.0}  {5,9:0.0}  {6,11:0}  {7,11:0}",
                name,
                PerSecond(ages.Length),
                PerSecond(useful),
                (double)useful / withObject,
                PerSecond(emitted),
                PerSecond(dropped),
                p50,
                p95);
            Print(row);
        }
    }

    private static void Print(FormattableString text)
    {
        Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
    }
}
