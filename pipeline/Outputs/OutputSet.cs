using Microsoft.Extensions.Logging;
using Streaming.Pipeline.Supervision;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Pipeline.Outputs;

/// <summary>
/// A source's open outputs. Required ones are written synchronously, in order. The first that fails for good ends them all, so
/// that they show the same frames; a camera's outputs never do. Best-effort ones take shares of the frames into queues of their
/// own. Used by one thread at a time.
/// </summary>
internal sealed class OutputSet : IAsyncDisposable
{
    private readonly List<RequiredOutput> _required = [];
    private readonly List<BestEffortOutput> _bestEffort = [];
    private readonly Watchdog.Watch _watch;

    private OutputSet(string what, Watchdog watchdog)
    {
        _watch = watchdog.Add("emit", what);
    }

    /// <summary>What the outputs write to.</summary>
    public IReadOnlyList<string> Targets { get; private set; } = [];

    /// <summary>Why a required output ends the source; null while none does.</summary>
    public string? Error { get; private set; }

    /// <summary>Opens the required outputs and starts the others.</summary>
    /// <param name="id">The source's name, for messages.</param>
    /// <param name="outputs">In the order in which they are opened, written and finished.</param>
    /// <param name="isLive">Whether the source is a camera: its required outputs are opened again when they fail.</param>
    /// <param name="watchdog">Watches the required ones.</param>
    /// <param name="observer">Counts.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of failures.</param>
    /// <exception cref="EmitException">A required output of a file cannot be opened.</exception>
    public static OutputSet Open(
        string id,
        IReadOnlyList<Output> outputs,
        bool isLive,
        Watchdog watchdog,
        IOutputObserver observer,
        TimeProvider time,
        ILogger logger)
    {
        var kinds = string.Join(", ", outputs.Select(output => output.Kind));
        var set = new OutputSet($"{id}: an output ({kinds})", watchdog);
        try
        {
            foreach (var output in outputs.Where(output => output.Delivery == Delivery.Required))
            {
                var required = new RequiredOutput(id, output, isLive, observer, time, logger);
                set._required.Add(required);
                required.Open();
            }

            foreach (var output in outputs.Where(output => output.Delivery == Delivery.BestEffort))
            {
                set._bestEffort.Add(new BestEffortOutput(id, output, observer, time, logger));
            }

            set.Targets =
            [
                .. set._required.Select(output => output.Target),
                .. set._bestEffort.Select(output => output.Kind),
            ];
            return set;
        }
        catch
        {
            set.DisposeRequired();
            throw;
        }
    }

    /// <summary>Gives a frame to every output.</summary>
    /// <returns>
    /// Whether all required outputs have it. If not, <see cref="Error"/> says why the source ends; or it is null, and the source
    /// goes on without.
    /// </returns>
    public bool Write(OutputFrame frame)
    {
        foreach (var output in _bestEffort)
        {
            output.Offer(frame);
        }

        var isComplete = Error is null;
        for (var i = 0; i < _required.Count && Error is null; i++)
        {
            _watch.Begin();
            isComplete &= _required[i].TryWrite(frame);
            _watch.End();
            Error = _required[i].Error;
        }

        return isComplete;
    }

    /// <summary>Lets a camera's outputs do what the clock wants.</summary>
    public void Tick(DateTimeOffset now)
    {
        foreach (var output in _required)
        {
            _watch.Begin();
            output.Tick(now);
            _watch.End();
        }
    }

    /// <summary>Gives something that happened to the source to every output.</summary>
    public void Write(SourceEvent sourceEvent)
    {
        foreach (var output in _bestEffort)
        {
            output.Offer(sourceEvent);
        }

        for (var i = 0; i < _required.Count && Error is null; i++)
        {
            _watch.Begin();
            _required[i].TryWrite(sourceEvent);
            _watch.End();
            Error = _required[i].Error;
        }
    }

    /// <summary>Finishes every output, those that failed too, as well as possible.</summary>
    /// <returns>How the stream ended, with a required output's failure.</returns>
    public async Task<StreamSummary> CompleteAsync(StreamSummary summary)
    {
        foreach (var output in _required)
        {
            _watch.Begin();
            if (output.Complete(summary) is { } error)
            {
                // The first error is the one that is reported.
                summary = summary with { End = StreamEnd.Error, Error = summary.Error ?? error };
            }

            _watch.End();
        }

        await Task.WhenAll(_bestEffort.Select(output => output.CompleteAsync(summary))).ConfigureAwait(false);
        return summary;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var output in _bestEffort)
        {
            await output.DisposeAsync().ConfigureAwait(false);
        }

        DisposeRequired();
    }

    private void DisposeRequired()
    {
        _watch.Dispose();
        _required.ForEach(output => output.Dispose());
    }
}
