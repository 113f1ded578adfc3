using Microsoft.Extensions.Logging;
using Streaming.Cli.Display;
using Streaming.Config;
using Streaming.Config.Run;
using Streaming.Pipeline;
using Streaming.Stages.Decode;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;
using Streaming.Stages.Render;

namespace Streaming.Cli.Running;

/// <summary>Makes of what a user says about sources what the pipeline runs.</summary>
/// <param name="outputs">What is written.</param>
/// <param name="pool">Where frames get their memory.</param>
/// <param name="terminal">Where the log goes.</param>
/// <param name="time">The clock.</param>
/// <param name="stop">Ends what a source does before it runs.</param>
internal sealed class SourceJobs(
    RunOutputs outputs, PixelPool pool, Terminal terminal, TimeProvider time, CancellationToken stop)
{
    private readonly Dictionary<string, EarlierRuns> _earlier = new(StringComparer.Ordinal);
    private readonly ILogger _decodeLog = terminal.For("decode");

    /// <summary>Looks at what is there already of the outputs of sources that are to start.</summary>
    /// <param name="sources">The sources.</param>
    /// <exception cref="UsageException">Something must not be replaced.</exception>
    /// <exception cref="ConfigurationException">Something cannot be gone on with.</exception>
    public void Prepare(IReadOnlyList<SourceConfig> sources)
    {
        outputs.CheckNew(sources);
        var earlier = outputs.FindEarlier(sources);
        lock (_earlier)
        {
            foreach (var source in sources)
            {
                _earlier[source.Id] = earlier;
            }
        }
    }

    /// <summary>Looks at sources that this run has started before: what they write goes on.</summary>
    /// <param name="sources">The sources.</param>
    /// <exception cref="UsageException">Another process writes their files by now.</exception>
    public void PrepareAgain(IReadOnlyList<SourceConfig> sources)
    {
        outputs.Lock(sources);
    }

    /// <summary>Forgets a source that is gone.</summary>
    public void Removed(string id)
    {
        outputs.Release(id);
        lock (_earlier)
        {
            _earlier.Remove(id);
        }
    }

    /// <summary>The job of a source.</summary>
    /// <param name="source">What the user wants.</param>
    /// <param name="isAgain">
    /// Whether this run has started a source of that name before: a camera's outputs are then gone on with, whatever is to
    /// become of those of other runs.
    /// </param>
    /// <returns>Null when nothing is left to do.</returns>
    public SourceJob? Create(SourceConfig source, bool isAgain)
    {
        var isLive = source.WhenFull != FullMode.Wait;
        var goesOn = isAgain && isLive;
        RecordedStream? earlier;
        try
        {
            earlier = (goesOn ? outputs.FindEarlier([source], goesOn) : EarlierOf(source.Id))
                .Of(source.Id);
        }
        catch (EmitException exception)
        {
            // This source fails when it is opened; the others run.
            return new SourceJob(source.Id, (_, _) => throw exception, _ => []);
        }

        if (!isLive && earlier is { IsComplete: true })
        {
            // The record is finished last.
            CliLog.CompleteAlready(terminal.Log, source.Id);
            return null;
        }

        var packets = outputs.CreateRing(source);
        var context = new SourceContext(source.Id, pool, time) { Logger = _decodeLog, Ring = packets };
        var hooks = new SourceHooks(source);
        var firstIndex = isLive ? 0 : earlier?.NextIndex ?? 0;
        return new SourceJob(
            source.Id,
            (report, cancellation) => Kinds.Sources.Open(source, context with { Report = report }, firstIndex, cancellation),
            info => outputs.Create(
                info, source, earlier, packets, () => Kinds.Sources.Open(source, context, 0, stop), goesOn, stop),
            source.WhenFull!.Value)
        {
            Location = StreamAddress.Show(source.Input),
            DrawThreshold = outputs.DrawThreshold,
            Style = outputs.StyleOf(source),
            MaxFps = source.MaxFps,
            Earlier = isLive ? null : earlier,
            CreateGate = hooks.Gate,
            CreateHooks = info => [.. hooks.Create(info), .. outputs.Hooks(source)],
            // Only what is tracked is counted.
            Zones = source.Tracking is null ? [] : source.Zones,
            Lines = source.Tracking is null ? [] : source.Lines,
            CreateRedaction = source.Privacy.IsOn ? info => new Redaction(source.Privacy, info) : null,
        };
    }

    private EarlierRuns EarlierOf(string id)
    {
        lock (_earlier)
        {
            return _earlier[id];
        }
    }
}
