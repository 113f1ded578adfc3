using Streaming.Config.Run;
using Streaming.Config.Settings;
using Streaming.Stages.Gst;

namespace Streaming.Stages.Emit;

/// <summary>Annotated videos: H.264 where GStreamer has an encoder, otherwise mp4v. Pictures become annotated pictures.</summary>
internal sealed class VideoOutput : NamedOutput
{
    private const string UsualName = "{source}-annotated.mp4";

    /// <inheritdoc/>
    public override string Key => "video";

    /// <inheritdoc/>
    public override Setting<string?> Name { get; } = new("output.video", SettingTypes.Template(UsualName))
    {
        Flags = [SettingFlag.Yes("--video") with { Help = "Also writes annotated videos (annotated pictures for pictures)." }],
        Usual = null,
        Help = $"Name of the annotated video (.mp4 or .mkv); true is {UsualName}. "
            + "Pictures become a folder of annotated pictures.",
    };

    /// <inheritdoc/>
    public override bool NeedsPixels => true;

    /// <inheritdoc/>
    public override IEnumerable<string> Errors(SettingValues values, IReadOnlyList<SourceConfig> sources)
    {
        return Path.GetExtension(values.Get(Name)!).ToLowerInvariant() is ".mp4" or ".mkv"
            ? base.Errors(values, sources)
            : [.. base.Errors(values, sources), $"{values.Full(Name)}: supported: names that end in .mp4 or .mkv."];
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings()
    {
        return H264Encoder.Name is not null ? [] :
        [
            "No H.264 encoder works here: annotated videos are written as mp4v without sound, which browsers do not play and "
                + $"which a kill makes unreadable. For H.264: {GStreamer.EncoderAdvice}",
        ];
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Paths(OutputPlace place, string sourceId)
    {
        var path = PathOf(place, sourceId);
        return [path, FolderOf(path)];
    }

    private protected override IFrameSink OpenFile(string path, OutputContext context)
    {
        var source = context.Source;
        if (source.FrameRate is null && !context.IsLive)
        {
            // Pictures have no rate.
            return new ImageFolderSink(FolderOf(path));
        }

        // A camera's earlier video stays: nothing can make it again.
        var isKept = context is { IsLive: true } and ({ IsResumed: true } or { IsReopened: true });
        path = OutputPlace.WithFolders(isKept ? OutputPlace.Free(path) : path);
        return H264Encoder.Name is null ? new VideoFileSink(path, source) : new H264VideoSink(path, source, context.Logger);
    }

    private static string FolderOf(string path)
    {
        return Path.ChangeExtension(path, null);
    }
}
