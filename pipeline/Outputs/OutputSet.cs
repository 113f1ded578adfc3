using Microsoft.Extensions.Logging;
using Streaming.Pipeline.Supervision;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Pipeline.Outputs;

/// <summary>
/// A source's open outputs. Required ones are written synchronously, in order, and the first that fails ends them all, so that
/// they show the same frames. Best-effort ones take shares of the frames into queues of their own. Used by one thread at a time.
/// </summary>
internal sealed class OutputSet : IAsyncDisposable
{
    private readonly List<(string Kind, IFrameSink Sink)> _required = [];
    private readonly List<BestEffortOutput> _bestEffort = [];
    private readonly IOutputObserver _observer;
    private readonly Watchdog.Watch _watch;

    private OutputSet(string what, Watchdog watchdog, IOutputObserver observer)
    {
        _observer = observer;
        _watch = watchdog.Add("emit", what);
    }

    /// <summary>What the outputs write to.</summary>
    public IReadOnlyList<string> Targets { get; private set; } = [];

    /// <summary>Why a required output failed; null while all work.</summary>
    public string? Error { get; private set; }

    /// <summary>Opens the required outputs and starts the others.</summary>
    /// <param name="id">The source's name, for messages.</param>
    /// <param name="outputs">In the order in which they are opened, written and finished.</param>
    /// <param name="watchdog">Watches the required ones.</param>
    /// <param name="observer">Counts.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of failures.</param>
    /// <exception cref="EmitException">A required output cannot be opened.</exception>
    public static OutputSet Open(
        string id, IReadOnlyList<Output> outputs, Watchdog watchdog, IOutputObserver observer, TimeProvider time, ILogger logger)
    {
        var kinds = string.Join(", ", outputs.Select(output => output.Kind));
        var set = new OutputSet($"{id}: an output ({kinds})", watchdog, observer);
        try
        {
            foreach (var output in outputs.Where(output => output.Delivery == Delivery.Required))
            {
                set._required.Add((output.Kind, output.Open()));
            }

            foreach (var output in outputs.Where(output => output.Delivery == Delivery.BestEffort))
            {
                set._bestEffort.Add(new BestEffortOutput(id, output, observer, time, logger));
            }

            set.Targets =
            [
                .. set._required.Select(output => output.Sink.Target),
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
    /// <returns>Whether all required outputs have it; otherwise <see cref="Error"/> says why not.</returns>
    public bool Write(OutputFrame frame)
    {
        foreach (var output in _bestEffort)
        {
            output.Offer(frame);
        }

        return TryAll(frame, static (sink, frame) => sink.Write(frame), isFrame: true);
    }

    /// <summary>Gives something that happened to the source to every output.</summary>
    public void Write(SourceEvent sourceEvent)
    {
        foreach (var output in _bestEffort)
        {
            output.Offer(sourceEvent);
        }

        TryAll(sourceEvent, static (sink, sourceEvent) => sink.Write(sourceEvent), isFrame: false);
    }

    /// <summary>Finishes every output, those that failed too, as well as possible.</summary>
    /// <returns>How the stream ended, with a required output's failure.</returns>
    public async Task<StreamSummary> CompleteAsync(StreamSummary summary)
    {
        foreach (var (kind, sink) in _required)
        {
            _watch.Begin();
            try
            {
                sink.Complete(summary);
            }
            catch (Exception exception)
            {
                // The first error is the one that is reported.
                summary = summary with { End = StreamEnd.Error, Error = summary.Error ?? exception.Message };
                _observer.Failed(kind);
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
        _required.ForEach(output => output.Sink.Dispose());
    }

    private bool TryAll<T>(T message, Action<IFrameSink, T> write, bool isFrame)
    {
        if (Error is not null)
        {
            return false;
        }

        foreach (var (kind, sink) in _required)
        {
            _watch.Begin();
            try
            {
                write(sink, message);
            }
            catch (Exception exception)
            {
                // One bad output must not stop the other sources; this source ends with the reason.
                Error = exception.Message;
                _observer.Failed(kind);
                return false;
            }
            finally
            {
                _watch.End();
            }

            if (isFrame)
            {
                _observer.Written(kind);
            }
        }

        return true;
    }
}
