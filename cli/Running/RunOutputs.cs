using Microsoft.Extensions.Logging;
using Streaming.Config.Run;
using Streaming.Stages.Decode;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;
using Streaming.Stages.Gst;
using Streaming.Stages.Render;

namespace Streaming.Cli.Running;

/// <summary>Which files a run writes, and how it goes on with those of an earlier run.</summary>
/// <param name="config">What is wanted.</param>
/// <param name="run">The run.</param>
/// <param name="pool">Where drawings get their memory.</param>
/// <param name="logger">Told which codec is used when it is not the best.</param>
internal sealed class RunOutputs(OutputSection config, RunInfo run, PixelPool pool, ILogger logger)
{
    private int _isCodecTold;

    /// <summary>Draws what videos and pictures show.</summary>
    public Annotator Annotator { get; } = new(pool, config.DrawThreshold);

    /// <summary>The outputs of a source, for messages and to see whether they exist.</summary>
    public IEnumerable<string> PathsOf(string source)
    {
        return new[] { config.JsonLines, config.Video, config.Coco }.Where(template => template is not null).Select(template => PathOf(template!, source));
    }

    /// <summary>Refuses what exists already, unless it may be replaced or resumed.</summary>
    public void CheckNew(IReadOnlyList<SourceConfig> sources)
    {
        if (config.Existing == ExistingOutput.Refuse && sources.SelectMany(source => PathsOf(source.Id)).FirstOrDefault(File.Exists) is { } existing)
        {
            throw new UsageException($"{existing}: exists already; add --overwrite to replace it or --resume to go on with it, or name another folder with --output.");
        }

        if (config is { Existing: ExistingOutput.Resume, JsonLines: null })
        {
            throw new UsageException("--resume: needs the JSON lines (output.jsonl): they say how far the earlier run came.");
        }
    }

    /// <summary>Makes the folder.</summary>
    public void CreateFolder()
    {
        try
        {
            Directory.CreateDirectory(config.Folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--output: {EmitException.For(config.Folder, exception).Message}");
        }
    }

    /// <summary>What an earlier run has done of a source; null when nothing, or when it does not count.</summary>
    public RecordedStream? FindEarlier(SourceConfig source)
    {
        return config is { Existing: ExistingOutput.Resume, JsonLines: { } template } ? RecordedStream.Find(PathOf(template, source.Id)) : null;
    }

    /// <summary>Whether nothing is left to do of a source.</summary>
    public static bool IsComplete(SourceConfig source, RecordedStream? earlier)
    {
        // The JSON lines are finished last.
        return source.WhenFull == FullMode.Wait && earlier is { IsComplete: true };
    }

    /// <summary>The outputs of a source. Of what an earlier run has done, all but the JSON lines are made again, without the network.</summary>
    /// <param name="source">The source.</param>
    /// <param name="wanted">What the user wants of it.</param>
    /// <param name="earlier">See <see cref="FindEarlier"/>.</param>
    /// <param name="reopen">Opens the source a second time, from its beginning.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public IReadOnlyList<Output> Create(
        SourceInfo source, SourceConfig wanted, RecordedStream? earlier, Func<IFrameSource> reopen, CancellationToken cancellationToken)
    {
        var sinks = new List<IFrameSink>();
        try
        {
            var isLive = wanted.WhenFull != FullMode.Wait;
            if (config.Video is { } video)
            {
                sinks.Add(CreateVideo(source, PathOf(video, source.Id), isLive));
            }

            if (config.Coco is { } coco)
            {
                sinks.Add(new CocoSink(Prepared(PathOf(coco, source.Id))));
            }

            if (!isLive && earlier is { NextIndex: > 0 } && sinks.Count > 0)
            {
                Replay.Feed(sinks, earlier.Frames(run.Categories), reopen, Annotator, cancellationToken);
            }

            if (config.JsonLines is { } lines)
            {
                sinks.Add(new JsonLinesSink(Prepared(PathOf(lines, source.Id)), run, source, earlier, isLive));
            }

            return [.. sinks.Select(sink => new Output(KindOf(sink), () => sink))];
        }
        catch
        {
            sinks.ForEach(sink => sink.Dispose());
            throw;
        }
    }

    /// <summary>Pictures have no rate, so their annotated copies are pictures too.</summary>
    private IFrameSink CreateVideo(SourceInfo source, string path, bool isLive)
    {
        if (source.FrameRate is null && !isLive)
        {
            return new ImageFolderSink(Path.ChangeExtension(path, null));
        }

        // A camera's earlier video stays: nothing can make it again.
        for (var number = 2; isLive && config.Existing == ExistingOutput.Resume && File.Exists(path); number++)
        {
            path = $"{Path.ChangeExtension(PathOf(config.Video!, source.Id), null)}-{number}{Path.GetExtension(path)}";
        }

        if (H264Encoder.Name is not null)
        {
            return new H264VideoSink(Prepared(path), source);
        }

        if (Interlocked.Exchange(ref _isCodecTold, 1) == 0)
        {
            CliLog.NoH264(logger, GStreamer.EncoderAdvice);
        }

        return new VideoFileSink(Prepared(path), source);
    }

    private static string KindOf(IFrameSink sink)
    {
        return sink switch { JsonLinesSink => "jsonl", CocoSink => "coco", _ => "video" };
    }

    private string PathOf(string template, string source)
    {
        return OutputName.Expand(config.Folder, template, source, run.RunId, run.StartedAt);
    }

    /// <summary>A template may name folders.</summary>
    private static string Prepared(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            return path;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw EmitException.For(path, exception);
        }
    }
}
