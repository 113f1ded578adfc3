using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Streaming.Config.Zoo;
using Streaming.Model;
using Streaming.Pipeline.Flow;
using Streaming.Pipeline.Graph;
using Streaming.Stages.Decode;
using Streaming.Stages.Emit;
using Streaming.Stages.Infer;
using Streaming.Stages.Postprocess;
using Streaming.Stages.Preprocess;

namespace Streaming.Pipeline;

/// <summary>Runs sources through the network and into their outputs.</summary>
public sealed class VideoPipeline
{
    private static readonly StreamSummary Nothing = new(StreamEnd.Stopped, null, 0, 0, new Dictionary<string, long>(), new Dictionary<string, long>());

    private readonly IDetector _detector;
    private readonly DetectionBuilder _builder;
    private readonly PipelineOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<string, SourceProgress> _ended = new();
    private readonly ConcurrentDictionary<string, (SourceRun Run, IReadOnlyList<string> Outputs)> _running = new();

    /// <summary>Creates a pipeline; the detector stays the caller's.</summary>
    /// <param name="detector">The network.</param>
    /// <param name="categories">Its classes in order.</param>
    /// <param name="options">How frames flow.</param>
    /// <param name="time">The clock; the system's by default.</param>
    /// <param name="logger">Where events go.</param>
    public VideoPipeline(
        IDetector detector, IReadOnlyList<Category> categories, PipelineOptions options, TimeProvider? time = null, ILogger? logger = null)
    {
        options.Validate();
        (_detector, _options, _time, _logger) = (detector, options, time ?? TimeProvider.System, logger ?? NullLogger.Instance);
        _builder = new DetectionBuilder(categories);
    }

    /// <summary>How far each source is that was opened; may be called at any time from any thread.</summary>
    public IReadOnlyList<SourceProgress> Progress
    {
        get
        {
            var running = _running.Select(item => new SourceProgress(item.Key, item.Value.Run.Info, item.Value.Run.Snapshot(), false, item.Value.Outputs));
            return [.. _ended.Values, .. running.Where(item => !_ended.ContainsKey(item.Id))];
        }
    }

    /// <summary>
    /// Runs all jobs, one after the other. A job that fails does not keep the others from running.
    /// </summary>
    /// <param name="jobs">The sources; their names are unique.</param>
    /// <param name="stop">Asks to stop: no further frame is read, what is in flight still comes out, outputs are finished.</param>
    /// <param name="abort">Gives up at once; outputs are closed as they are.</param>
    /// <returns>How each source ended, in the order of the jobs that were started.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="abort"/> was used.</exception>
    public async Task<IReadOnlyList<SourceProgress>> RunAsync(IReadOnlyList<SourceJob> jobs, CancellationToken stop, CancellationToken abort)
    {
        var graph = new FrameGraph(
            (new ImagePreparer(_detector), new BatchDetector(_detector), _builder), _options, _options.MaxInFlight, _time);
        using (graph)
        {
            var results = new List<SourceProgress>();
            try
            {
                foreach (var job in jobs.TakeWhile(_ => !stop.IsCancellationRequested))
                {
                    var result = await RunSourceAsync(job, graph, stop, abort).ConfigureAwait(false);
                    _ended[job.Id] = result;
                    _running.TryRemove(job.Id, out _);
                    results.Add(result);
                }
            }
            finally
            {
                // Also after an abort the frames leave the graph, unseen by the sinks; the wait is for the batch that the network
                // has at the moment: native code cannot be interrupted.
                foreach (var (run, _) in _running.Values)
                {
                    run.Abort();
                }

                graph.Complete();
                await graph.Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                foreach (var (run, _) in _running.Values)
                {
                    run.Dispose();
                }
            }

            await graph.Completion.ConfigureAwait(false);

            return results;
        }
    }

    private async Task<SourceProgress> RunSourceAsync(SourceJob job, FrameGraph graph, CancellationToken stop, CancellationToken abort)
    {
        SourceRun run;
        IReadOnlyList<string> outputs;
        try
        {
            (run, outputs) = Start(job);
        }
        catch (Exception exception) when (exception is DecodeException or EmitException)
        {
            PipelineLog.SourceFailed(_logger, job.Id, exception.Message);
            return new SourceProgress(job.Id, null, Nothing with { End = StreamEnd.Error, Error = exception.Message }, true, []);
        }

        // Both ends watch the graph: if a block of it fails, nobody would give the credits back.
        var pump = Task.Run(() => run.PumpAsync(graph.SendAsync, stop), CancellationToken.None);
        await (await Task.WhenAny(pump, graph.Completion).ConfigureAwait(false)).ConfigureAwait(false);
        var completed = run.CompleteAsync(await pump.ConfigureAwait(false), abort);
        await (await Task.WhenAny(completed, graph.Completion).ConfigureAwait(false)).ConfigureAwait(false);
        var summary = await completed.ConfigureAwait(false);
        CheckConservation(job.Id, summary);
        if (summary.Error is { } error)
        {
            PipelineLog.SourceFailed(_logger, job.Id, error);
        }

        run.Dispose();
        return new SourceProgress(job.Id, run.Info, summary, true, outputs);
    }

    private (SourceRun Run, IReadOnlyList<string> Outputs) Start(SourceJob job)
    {
        var source = job.Open();
        try
        {
            var sinks = job.CreateSinks(source.Info);
            var run = new SourceRun(source, sinks, _options.MaxInFlight, _time);
            string[] outputs = [.. sinks.Select(sink => sink.Target)];
            _running[job.Id] = (run, outputs);
            return (run, outputs);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    private static void CheckConservation(string id, StreamSummary summary)
    {
        var ended = summary.Emitted + summary.Dropped.Values.Sum() + summary.Failed.Values.Sum();
        if (ended != summary.Decoded)
        {
            throw new InvalidOperationException($"{id}: {summary.Decoded} frames were decoded and {ended} accounted for: a bug of the pipeline.");
        }
    }
}
