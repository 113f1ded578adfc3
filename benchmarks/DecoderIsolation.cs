using System.Diagnostics;
using System.Globalization;
using Streaming.Config.Run;
using Streaming.Stages.Decode;
using Streaming.Stages.Frames;
using Streaming.Stages.Isolation;

namespace Streaming.Benchmarks;

/// <summary>
/// What it costs to decode in another process: CPU time of both processes a frame, the time from decoded to read, and the other
/// process's memory; in turns with decoding here.
/// </summary>
internal static class DecoderIsolation
{
    /// <summary>Makes this program a decoder process.</summary>
    public const string Verb = "decoder-process";

    private const int Rounds = 3;

    public static void Run(string location, double seconds)
    {
        var command = DecoderCommand.Of(typeof(DecoderIsolation).Assembly, Verb);
        Console.WriteLine("isolation  frames  frames/s  CPU ms/frame here  there  decoded to read ms p50  p99  PSS there MiB");
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var isolation in new[] { Isolation.None, Isolation.Process })
            {
                Measure(new FrameSources(SourceKinds.BuiltIn) { Decoder = command }, location, isolation, seconds);
            }
        }
    }

    private static void Measure(FrameSources sources, string location, Isolation isolation, double seconds)
    {
        using var pool = new PixelPool();
        var time = TimeProvider.System;
        var config = new SourceConfig { Id = "bench", Input = location, Isolation = isolation };
        using var source = sources.Open(config, new SourceContext("bench", pool, time));
        source.Read(CancellationToken.None)?.Dispose();
        using var here = Process.GetCurrentProcess();
        using var there = isolation == Isolation.Process ? FindChild(here.Id) : null;
        var (cpuHere, cpuThere) = (here.TotalProcessorTime, there?.TotalProcessorTime ?? TimeSpan.Zero);
        var lags = new List<double>();
        var (started, pss, last) = (time.GetTimestamp(), 0L, TimeSpan.Zero);
        while (time.GetElapsedTime(started).TotalSeconds < seconds && source.Read(CancellationToken.None) is { } frame)
        {
            using (frame)
            {
                lags.Add((time.GetUtcNow() - frame.Identity.CaptureTime).TotalMilliseconds);
            }

            if (there is not null && lags.Count % 100 == 50)
            {
                // A file's decoder is gone once its last frame is read.
                there.Refresh();
                (pss, last) = (Pss(there.Id), there.TotalProcessorTime);
            }
        }

        var elapsed = time.GetElapsedTime(started).TotalSeconds;
        here.Refresh();
        var measured = Math.Max(1, ((lags.Count - 50) / 100 * 100) + 50);
        lags.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{isolation,-9}  {lags.Count,6}  {lags.Count / elapsed,8:0.0}  "
            + $"{(here.TotalProcessorTime - cpuHere).TotalMilliseconds / lags.Count,17:0.00}  "
            + $"{(there is null ? 0 : (last - cpuThere).TotalMilliseconds / measured),5:0.00}  "
            + $"{lags[lags.Count / 2],22:0.00}  {lags[(int)((lags.Count - 1) * 0.99)],3:0.00}  {pss / 1024.0,13:0.0}"));
    }

    private static Process FindChild(int parent)
    {
        var child = Directory.GetDirectories($"/proc/{parent}/task")
            .SelectMany(task => File.ReadAllText($"{task}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Single();
        return Process.GetProcessById(int.Parse(child, CultureInfo.InvariantCulture));
    }

    /// <summary>Proportional set size in KiB.</summary>
    private static long Pss(int process)
    {
        var lines = File.ReadLines($"/proc/{process}/smaps_rollup");
        var pss = lines.First(line => line.StartsWith("Pss:", StringComparison.Ordinal));
        return long.Parse(pss.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
