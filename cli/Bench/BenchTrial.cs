using System.Diagnostics;
using Streaming.Cli.Measuring;
using Streaming.Config.Run;
using Streaming.Model;
using Streaming.Pipeline;
using Streaming.Pipeline.Metrics;
using Streaming.Server.Health;
using Streaming.Stages.Decode;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Cli.Bench;

/// <summary>Runs streams through the real pipeline for a while and measures.</summary>
/// <param name="detectors">The network, or none.</param>
/// <param name="run">What outputs say about it.</param>
/// <param name="options">How frames flow.</param>
/// <param name="metrics">Counts on over all trials, so that Prometheus can look on.</param>
/// <param name="health">Told of each trial's pipeline.</param>
/// <param name="time">The clock.</param>
internal sealed class BenchTrial(
    IReadOnlyList<IDetector> detectors, RunInfo run, PipelineOptions options, PipelineMetrics metrics, PipelineHealth health,
    TimeProvider time)
{
    /// <summary>Measures once.</summary>
    public async Task<BenchTrialReport> RunAsync(BenchPlan plan, int streams, CancellationToken cancellationToken)
    {
        using var pool = new PixelPool();
        var sinks = Enumerable.Range(0, streams).Select(i => new BenchSink($"stream-{i}", time)).ToArray();
        await using var pipeline = new VideoPipeline(detectors, run.Categories, options, metrics, time);
        health.Started(pipeline);
        var ended = sinks.Select(sink => RunAsync(pipeline, CreateJob(plan, sink, pool))).ToArray();
        var failed = Task.WhenAny(ended);
        await WaitAsync(plan.Warmup, failed, cancellationToken).ConfigureAwait(false);

        using var process = Process.GetCurrentProcess();
        var before = Look(pipeline, process);
        Array.ForEach(sinks, sink => sink.Begin());
        await WaitAsync(plan.Duration, failed, cancellationToken).ConfigureAwait(false);
        StageTimes[] measured = [.. sinks.Select(sink => sink.End())];
        process.Refresh();
        var after = Look(pipeline, process);
        await pipeline.StopAsync().ConfigureAwait(false);
        foreach (var sink in sinks)
        {
            await pipeline.RemoveAsync(sink.Target).ConfigureAwait(false);
        }

        var all = StageTimes.Sum(measured);
        var frames = all.EndToEnd.Count;
        var seconds = time.GetElapsedTime(before.At, after.At).TotalSeconds;
        double[] rates = [.. measured.Select(stream => stream.EndToEnd.Count / seconds).Order()];
        var meanBatch = (after.Batches.Frames - before.Batches.Frames) / Math.Max(after.Batches.Count - before.Batches.Count, 1);
        var load = StageLoad.Of(all, seconds, streams, detectors.Count, options.Workers, meanBatch);
        return new BenchTrialReport(
            streams,
            plan.Fps,
            Math.Round(seconds, 2),
            frames,
            Math.Round(frames / seconds, 2),
            new SpreadReport(Math.Round(rates[0], 2), Math.Round(rates[rates.Length / 2], 2), Math.Round(rates[^1], 2)),
            PercentileReport.Of(all.EndToEnd),
            PercentileReport.OfStages(all),
            StageLoad.Show(load),
            StageLoad.Limit(load, plan.Fps * streams, frames / seconds),
            Math.Round(meanBatch, 2),
            Math.Round(sinks.Sum(sink => sink.Detections) / Math.Max((double)frames, 1), 2),
            Difference(before.Progress, after.Progress, progress => progress.Counts.Dropped),
            Difference(before.Progress, after.Progress, progress => progress.Counts.Failed),
            Math.Round((after.Cpu - before.Cpu).TotalMilliseconds / Math.Max(frames, 1), 3),
            Math.Round((after.Allocated - before.Allocated) / 1024.0 / Math.Max(frames, 1), 2),
            Math.Round(process.PeakWorkingSet64 / 1048576.0, 1));
    }

    private Reading Look(VideoPipeline pipeline, Process process)
    {
        return new Reading(
            Statuses(pipeline), process.TotalProcessorTime, GC.GetTotalAllocatedBytes(), time.GetTimestamp(), metrics.Batches);
    }

    private SourceJob CreateJob(BenchPlan plan, BenchSink sink, PixelPool pool)
    {
        var source = plan.Input with { Id = sink.Target };
        var context = new SourceContext(sink.Target, pool, time);
        return new SourceJob(
            sink.Target,
            (report, cancellation) => new BenchSource(
                () => Kinds.Sources.Open(source, context with { Report = report }, 0, cancellation),
                plan.Fps,
                time,
                sink.Decoded),
            info =>
            {
                sink.Open(run, info);
                return [new Output("bench", () => sink) { NeedsPixels = false }];
            },
            plan.Fps is null ? FullMode.Wait : FullMode.DropOldest);
    }

    private static async Task<SourceStatus> RunAsync(VideoPipeline pipeline, SourceJob job)
    {
        var handle = await pipeline.AddAsync(job).ConfigureAwait(false);
        return await handle.Completion.ConfigureAwait(false);
    }

    private static SourceStatus[] Statuses(VideoPipeline pipeline)
    {
        return [.. pipeline.Sources.Select(source => source.Status)];
    }

    /// <summary>A stream that ends before its time has failed.</summary>
    private async Task WaitAsync(TimeSpan duration, Task<Task<SourceStatus>> failed, CancellationToken cancellationToken)
    {
        if (await Task.WhenAny(Task.Delay(duration, time, cancellationToken), failed).ConfigureAwait(false) == failed)
        {
            var result = await (await failed.ConfigureAwait(false)).ConfigureAwait(false);
            throw new UsageException(result.Counts.Error ?? $"{result.Id}: has no frames.");
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    private static SortedDictionary<string, long> Difference(
        IReadOnlyList<SourceStatus> before, IReadOnlyList<SourceStatus> after,
        Func<SourceStatus, IReadOnlyDictionary<string, long>> counts)
    {
        var sums = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (list, sign) in new[] { (before, -1), (after, 1) })
        {
            foreach (var (reason, count) in list.SelectMany(counts))
            {
                sums[reason] = sums.GetValueOrDefault(reason) + (sign * count);
            }
        }

        foreach (var reason in sums.Where(item => item.Value == 0).Select(item => item.Key).ToArray())
        {
            sums.Remove(reason);
        }

        return sums;
    }

    /// <summary>The state of things at the beginning and the end of the measured time.</summary>
    private sealed record Reading(
        IReadOnlyList<SourceStatus> Progress, TimeSpan Cpu, long Allocated, long At, (double Count, double Frames) Batches);
}
