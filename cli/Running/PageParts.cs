using Streaming.Cli.Display;
using Streaming.Config.Run;
using Streaming.Pipeline;
using Streaming.Server.Api;
using Streaming.Server.Control;
using Streaming.Server.Detect;
using Streaming.Server.Endpoints;
using Streaming.Server.Events;
using Streaming.Server.Events.Store;
using Streaming.Server.Health;
using Streaming.Server.History;
using Streaming.Stages.Frames;
using Streaming.Stages.Requests;

namespace Streaming.Cli.Running;

/// <summary>What the live page is made of and lives as long as the run: events, the last hour, pictures of requests.</summary>
internal sealed class PageParts : IAsyncDisposable
{
    private readonly HttpSection _section;
    private readonly EventIndex _index;
    private readonly EventFeed _feed;
    private readonly SourceHistory _history;
    private readonly PictureRequests _requests;

    /// <param name="config">The run.</param>
    /// <param name="health">Knows the pipeline.</param>
    /// <param name="pool">Where pictures get their memory.</param>
    /// <param name="terminal">Where the log goes.</param>
    /// <param name="time">The clock.</param>
    public PageParts(RunConfig config, PipelineHealth health, PixelPool pool, Terminal terminal, TimeProvider time)
    {
        _section = config.Http;
        _index = new EventIndex(config.Output.Folder, time, terminal.For("events"));
        _feed = new EventFeed(_index, time);
        _history = new SourceHistory(() => health.Pipeline, time);
        _requests = new PictureRequests(pool, PixelLimit.Default, _section.DetectQueue, time);
        Endpoints =
        [
            new EventsEndpoint(_index),
            new EventStreamEndpoint(_feed, config.Output.Folder),
            new FilesEndpoint(config.Output.Folder),
            new HistoryEndpoint(() => health.Pipeline, _history, time),
            new DetectEndpoint(_requests, () => health.IsStarted),
            new SourcesEndpoint(health, Control),
            new SettingsEndpoint(Control),
            new RunFileEndpoint(Control),
        ];
    }

    /// <summary>Changes the run, once it has begun.</summary>
    public StartingControl Control { get; } = new();

    /// <summary>What it answers.</summary>
    public IReadOnlyList<IEndpoint> Endpoints { get; }

    /// <summary>Takes pictures of requests into a pipeline.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="options">How its frames flow.</param>
    public void Serve(VideoPipeline pipeline, PipelineOptions options)
    {
        pipeline.Add(new SourceJob(PictureRequests.SourceId, (_, _) => _requests.Open(), _ => [_requests.Answers()])
        {
            IsHidden = true,
            MaxInFlight = _section.DetectPriority switch
            {
                DetectPriority.Low => 1,
                DetectPriority.Normal => Math.Min(options.BatchSize, options.MaxInFlight),
                _ => null,
            },
        });
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _requests.Dispose();
        _history.Dispose();
        await _feed.DisposeAsync().ConfigureAwait(false);
        await _index.DisposeAsync().ConfigureAwait(false);
    }
}
