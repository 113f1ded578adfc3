using Microsoft.Extensions.Logging;
using Streaming.Config;
using Streaming.Config.Run;
using Streaming.Config.Settings;
using Streaming.Pipeline.Metrics;
using Streaming.Stages.Decode;
using Streaming.Stages.Emit;
using Streaming.Stages.Emit.Kept;
using Streaming.Stages.Emit.Segments;
using Streaming.Stages.Frames;
using Streaming.Stages.Hooks;
using Streaming.Stages.Live;
using Streaming.Stages.Packets;
using Streaming.Stages.Render;

namespace Streaming.Cli.Running;

/// <summary>What a run writes, and how it goes on with what an earlier run has written.</summary>
/// <param name="config">What is wanted.</param>
/// <param name="run">The run.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of damaged records and of segments.</param>
/// <param name="live">Shows the sources to viewers; null for none.</param>
internal sealed class RunOutputs(
    RunConfig config, RunInfo run, TimeProvider time, ILogger logger, LiveHub? live = null) : IDisposable
{
    private readonly IReadOnlyList<OutputKind> _kinds = Wanted(config.Values);
    private readonly OutputPlace _place = new(config.Values, run);
    private readonly OutputLocks _locks = new(new OutputPlace(config.Values, run));
    private readonly SegmentStore? _segments =
        config.Output.Segments.IsOn ? new SegmentStore(config.Output.Segments, time, logger) : null;

    private readonly KeptFiles _kept = new(config.Output.EventFiles, time, logger);

    /// <summary>Detections below this score are not drawn into videos and pictures.</summary>
    public double DrawThreshold => config.Output.DrawThreshold;

    /// <summary>How the results of a source are drawn into videos and pictures.</summary>
    public PictureStyle StyleOf(SourceConfig source)
    {
        var usual = source.Tracking is null ? DrawColors.Class : DrawColors.Object;
        return new PictureStyle
        {
            MinScore = config.Output.DrawThreshold,
            IsByObject = (config.Output.Draw ?? usual) == DrawColors.Object,
            TrailLength = config.Output.Trails,
        };
    }

    /// <summary>What the user should know before the run starts.</summary>
    public IEnumerable<string> Warnings => _kinds.SelectMany(kind => kind.Warnings());

    private bool IsResumed => config.Output.Existing == ExistingOutput.Resume;

    /// <summary>The kinds of outputs that are written.</summary>
    public static IReadOnlyList<OutputKind> Wanted(SettingValues values)
    {
        OutputKind[] wanted = [.. Kinds.Outputs.Where(kind => kind.IsWanted(values))];
        return [.. wanted.Where(kind => wanted.All(other => other.Replaces != kind.Key))];
    }

    private bool HasFiles => _kinds.Any(kind => kind.Paths(_place, "").Any());

    /// <summary>Counts what segments do.</summary>
    public void Observe(PipelineMetrics metrics)
    {
        _kept.Removed = (kind, reason) => metrics.EventFilesRemoved.WithLabels(kind, reason).Inc();
        if (_segments is not null)
        {
            _segments.Removed = (kind, reason) => metrics.SegmentsRemoved.WithLabels(kind, reason).Inc();
        }
    }

    /// <summary>
    /// Refuses what another process writes, and what exists already unless it may be replaced or resumed. Segments never replace
    /// anything.
    /// </summary>
    public void CheckNew(IReadOnlyList<SourceConfig> sources)
    {
        Lock(sources);
        var paths = sources.Where(source => !IsSegmented(source))
            .SelectMany(source => _kinds.SelectMany(kind => kind.Paths(_place, source.Id)));
        if (config.Output.Existing == ExistingOutput.Refuse && paths.FirstOrDefault(Path.Exists) is { } existing)
        {
            throw new UsageException(
                $"{existing}: exists already; add --overwrite to replace it or --resume to go on with it, "
                + "or name another folder with --output.");
        }

        if (IsResumed && !_kinds.Any(kind => kind.IsRecord))
        {
            throw new UsageException(
                $"{config.Values.Full(OutputSettings.Existing)}: needs the JSON lines (output.jsonl): "
                + "they say how far the earlier run came.");
        }
    }

    /// <summary>Creates the folder, when anything goes into it, and locks it for the sources.</summary>
    public void CreateFolder(IReadOnlyList<SourceConfig> sources)
    {
        if (!HasFiles)
        {
            return;
        }

        try
        {
            Directory.CreateDirectory(config.Output.Folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException(
                $"{config.Values.Full(OutputSettings.Folder)}: {EmitException.For(config.Output.Folder, exception).Message}");
        }

        _locks.Take(sources);
    }

    /// <summary>Lets others write the files of a source that is gone.</summary>
    public void Release(string id)
    {
        _locks.Release(id);
    }

    /// <summary>Locks the sources that are to start again.</summary>
    /// <exception cref="UsageException">Another process writes their files by now.</exception>
    public void Lock(IReadOnlyList<SourceConfig> sources)
    {
        if (HasFiles && Directory.Exists(config.Output.Folder))
        {
            _locks.Take(sources);
        }
    }

    /// <summary>What earlier runs have done of the sources; nothing when the run does not resume.</summary>
    /// <param name="sources">The sources.</param>
    /// <param name="isAgain">Whether this run has written something of them already: that is gone on with in any case.</param>
    /// <exception cref="ConfigurationException">They had other settings.</exception>
    public EarlierRuns FindEarlier(IReadOnlyList<SourceConfig> sources, bool isAgain = false)
    {
        var earlier = new EarlierRuns(config.Values, run, logger);
        if ((IsResumed || isAgain) && _kinds.FirstOrDefault(kind => kind.IsRecord) is { } record)
        {
            earlier.Read([.. sources.Where(source => !IsSegmented(source))], id => record.Paths(_place, id).First());
        }

        return earlier;
    }

    /// <summary>Where a camera's packets are kept; null when no output wants them.</summary>
    /// <param name="source">The source.</param>
    public PacketRing? CreateRing(SourceConfig source)
    {
        var span = _kinds.Max(kind => kind.KeptPackets(config.Values));
        return span is null || source.WhenFull == FullMode.Wait || MustReencode(source) ? null : new PacketRing(span.Value);
    }

    /// <summary>What the results of a source must be told before the outputs see them.</summary>
    /// <param name="source">The source.</param>
    public IEnumerable<IResultHook> Hooks(SourceConfig source)
    {
        return _kinds.SelectMany(kind => kind.Hooks(config.Values, source));
    }

    /// <summary>
    /// The outputs of a source. What an earlier run has found goes into all but the record again, without the network.
    /// </summary>
    /// <param name="source">The source.</param>
    /// <param name="wanted">What the user wants of it.</param>
    /// <param name="earlier">What an earlier run has done of it; null when nothing.</param>
    /// <param name="packets">The source's packets; null for none.</param>
    /// <param name="reopen">Opens the source a second time, from its beginning.</param>
    /// <param name="isAgain">Whether this run has written something of the source already.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public IReadOnlyList<Output> Create(
        SourceInfo source, SourceConfig wanted, RecordedStream? earlier, PacketRing? packets, Func<IFrameSource> reopen,
        bool isAgain, CancellationToken cancellationToken)
    {
        var context = new OutputContext(_place, source, wanted)
        {
            Earlier = earlier,
            IsResumed = IsResumed || isAgain,
            Segments = _segments,
            Kept = _kept,
            Packets = packets,
            MustReencode = MustReencode(wanted),
            Logger = logger,
        };
        IEnumerable<Output> shown = live is null ? [] : [live.OutputOf(source.Id)];
        return [.. _kinds.Select(kind => Create(kind, context, reopen, cancellationToken)), .. shown];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _locks.Dispose();
    }

    /// <summary>Whether a source's packets show what must not be seen, so that clips are made of its frames.</summary>
    private static bool MustReencode(SourceConfig source)
    {
        return source.Privacy.IsOn;
    }

    private bool IsSegmented(SourceConfig source)
    {
        return _segments is not null && source.WhenFull != FullMode.Wait;
    }

    private Output Create(OutputKind kind, OutputContext context, Func<IFrameSource> reopen, CancellationToken cancellationToken)
    {
        var wasOpen = false;
        return new Output(kind.Key, () =>
        {
            var sink = Open(kind, context with { IsReopened = wasOpen }, reopen, cancellationToken);
            wasOpen = true;
            return sink;
        })
        {
            Delivery = kind.Delivery,
            NeedsPixels = kind.NeedsPixels,
        };
    }

    private IFrameSink Open(
        OutputKind kind, OutputContext context, Func<IFrameSource> reopen, CancellationToken cancellationToken)
    {
        var sink = kind.Open(context);
        try
        {
            if (!kind.IsRecord && !context.IsLive && context.Earlier is { NextIndex: > 0 } earlier)
            {
                using var source = kind.NeedsPixels ? reopen() : null;
                using var redaction = context.Wanted.Privacy.IsOn ? new Redaction(context.Wanted.Privacy, context.Source) : null;
                Replay.Feed(
                    sink, earlier.Frames(run.Categories), source, redaction, StyleOf(context.Wanted), cancellationToken);
            }

            return sink;
        }
        catch
        {
            sink.Dispose();
            throw;
        }
    }
}
