using Streaming.Config.Run;
using Streaming.Config.Run.Zones;
using Streaming.Stages.Decode;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;
using Streaming.Stages.Hooks;
using Streaming.Stages.Render;

namespace Streaming.Pipeline;

/// <summary>A source for the pipeline, and how to make its outputs once it is open.</summary>
/// <param name="Id">Its name, unique in a run.</param>
/// <param name="Open">
/// Opens the source; is given whom to tell what happens to it, and what gives up opening. Whatever it throws is its error.
/// </param>
/// <param name="CreateOutputs">Names the outputs, in the order in which they are opened, written and finished.</param>
/// <param name="FullMode">What happens to a frame when all the source's credits are taken.</param>
public sealed record SourceJob(
    string Id,
    Func<Action<SourceEvent>, CancellationToken, IFrameSource> Open,
    Func<SourceInfo, IReadOnlyList<Output>> CreateOutputs,
    FullMode FullMode = FullMode.Wait)
{
    /// <summary>Detections below this score are not drawn into <see cref="OutputFrame.Annotated"/>.</summary>
    /// <value>0 to 1; the default is 0.5.</value>
    public double DrawThreshold { get; init; } = 0.5;

    /// <summary>What else says how results are drawn; its least score does not count.</summary>
    internal PictureStyle Style { get; init; } = new();

    /// <summary>Decides for each frame, in order, whether the network sees it; null lets it see all.</summary>
    public Func<SourceInfo, IInferenceGate>? CreateGate { get; init; }

    /// <summary>Change or add to results, in order and one after the other, before the outputs see them.</summary>
    public Func<SourceInfo, IReadOnlyList<IResultHook>> CreateHooks { get; init; } = _ => [];

    /// <summary>Hides in each frame what no output may see; null hides nothing.</summary>
    internal Func<SourceInfo, Redaction>? CreateRedaction { get; init; }

    /// <summary>The zones that its hooks count in, so that those in which nothing has happened yet are known.</summary>
    internal IReadOnlyList<ZoneConfig> Zones { get; init; } = [];

    /// <summary>The same of lines.</summary>
    internal IReadOnlyList<LineConfig> Lines { get; init; } = [];

    /// <summary>What is read, without credentials: what its status shows before it is open.</summary>
    public string? Location { get; init; }

    /// <summary>Most frames a second that are processed; null for all.</summary>
    public double? MaxFps { get; init; }

    /// <summary>Most frames in flight; null for what the pipeline's options say.</summary>
    internal int? MaxInFlight { get; init; }

    /// <summary>Whether it belongs to the program: it is not among the sources that users see.</summary>
    internal bool IsHidden { get; init; }

    /// <summary>What an earlier run has done of the source; its frames count as this run's.</summary>
    internal RecordedStream? Earlier { get; init; }

    /// <summary>
    /// A job for whatever a user names. A file waits, so that every frame is processed; a camera keeps its newest frame, and
    /// reconnects by itself.
    /// </summary>
    /// <param name="id">The source's name, unique in a run.</param>
    /// <param name="location">A file, a folder, a camera or an address.</param>
    /// <param name="pool">Where frames get their memory; it stays the caller's.</param>
    /// <param name="createOutputs">Names the outputs, in the order in which they are opened, written and finished.</param>
    public static SourceJob ForLocation(
        string id, string location, PixelPool pool, Func<SourceInfo, IReadOnlyList<Output>> createOutputs)
    {
        var sources = FrameSources.BuiltIn;
        var config = new SourceConfig { Id = id, Input = location };
        var context = new SourceContext(id, pool, TimeProvider.System);
        return new SourceJob(
            id,
            (report, cancellation) => sources.Open(config, context with { Report = report }, 0, cancellation),
            createOutputs,
            sources.IsLive(location) ? FullMode.DropOldest : FullMode.Wait);
    }
}
