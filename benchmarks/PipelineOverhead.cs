using System.Diagnostics;
using System.Globalization;
using Streaming.Config.Run;
using Streaming.Config.Zoo;
using Streaming.Model;
using Streaming.Model.Structures;
using Streaming.Pipeline;
using Streaming.Stages.Decode;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Benchmarks;

/// <summary>
/// What the graph itself costs for a 1080p frame: the source, the resize, the network and the output do nothing, everything
/// between them is real. CPU time of the whole process, all threads, and all allocations.
/// </summary>
internal static class PipelineOverhead
{
    private const int Warmup = 5_000;
    private const int Frames = 50_000;
    private static readonly ImageSize Size = new(1080, 1920);

    public static async Task RunAsync()
    {
        Console.WriteLine("sources  batch  CPU us/frame  bytes/frame  frames/s");
        foreach (var (sources, batch) in new[] { (1, 1), (1, 8), (8, 1), (8, 8) })
        {
            using var detector = new IdleDetector();
            var options = new PipelineOptions
            {
                BatchSize = batch,
                MaxInFlight = (2 * batch) + 2,
                MaxBatchDelay = TimeSpan.FromMilliseconds(5),
            };
            await using var pipeline = new VideoPipeline([detector], [new Category(1, "person")], options);
            await MeasureAsync(pipeline, sources, "warm-up", Warmup);
            var (cpu, bytes, seconds, frames) = await MeasureAsync(pipeline, sources, "measured", Frames / sources);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{sources,7}  {batch,5}  {cpu * 1e6 / frames,12:0.0}  {bytes / frames,11:0}  {frames / seconds,8:0}"));
        }
    }

    private static async Task<(double Cpu, double Bytes, double Seconds, long Frames)> MeasureAsync(
        VideoPipeline pipeline, int sources, string name, int frames)
    {
        using var pool = new PixelPool();
        using var process = Process.GetCurrentProcess();
        GC.Collect();
        var (cpu, bytes) = (process.TotalProcessorTime, GC.GetTotalAllocatedBytes(precise: true));
        var started = TimeProvider.System.GetTimestamp();
        var handles = await Task.WhenAll(Enumerable.Range(0, sources).Select(i => pipeline.AddAsync(
            new SourceJob(
                $"{name}-{i}",
                (_, _) => new IdleSource(pool, frames),
                _ => [new Output("idle", () => new IdleSink())]))));
        var results = await Task.WhenAll(handles.Select(handle => handle.Completion));
        process.Refresh();
        return (
            (process.TotalProcessorTime - cpu).TotalSeconds,
            GC.GetTotalAllocatedBytes(precise: true) - bytes,
            TimeProvider.System.GetElapsedTime(started).TotalSeconds,
            results.Sum(result => result.Counts.Emitted));
    }

    private sealed class IdleSource(PixelPool pool, int frames) : IFrameSource
    {
        private int _next;

        public SourceInfo Info { get; } = new("s", "idle", Size, new FrameRate(25, 1), frames);

        public Frame? Read(CancellationToken cancellationToken)
        {
            if (_next == frames)
            {
                return null;
            }

            var pts = TimeSpan.FromMilliseconds(40 * _next);
            var identity = new FrameIdentity("s", 0, _next++, pts, PtsOrigin.Container, DateTimeOffset.UnixEpoch);
            return new Frame(identity, pool.Rent(Size));
        }

        public void Dispose()
        {
            // Nothing to close.
        }
    }

    private sealed class IdleDetector : IDetector
    {
        private static readonly RawDetections Nothing = new(Size, [], [], [], 0, []);

        public PreprocessedImage Preprocess(ImageView image)
        {
            return new PreprocessedImage(new ImageSize(1, 1), Size, new ImageSize(800, 1344));
        }

        public IReadOnlyList<RawDetections> Detect(IReadOnlyList<PreprocessedImage> images)
        {
            var results = new RawDetections[images.Count];
            Array.Fill(results, Nothing);
            return results;
        }

        public void Dispose()
        {
            // Nothing to free.
        }
    }

    private sealed class IdleSink : IFrameSink
    {
        public string Target => "nowhere";

        public void Write(OutputFrame frame)
        {
            // Nothing is written.
        }

        public void Complete(StreamSummary summary)
        {
            // Nothing is written.
        }

        public void Dispose()
        {
            // Nothing stays open.
        }
    }
}
