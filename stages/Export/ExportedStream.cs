using Streaming.Config.Zoo;
using Streaming.Model.Structures;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Export;

/// <summary>What one source gave without a break: a run's `stream_start`, and the epoch.</summary>
/// <param name="SourceId">The source's name.</param>
/// <param name="RunId">The run.</param>
/// <param name="Epoch">The epoch; null until the first frame.</param>
/// <param name="Size">The size of its frames, in pixels.</param>
/// <param name="Rate">Its rate, if known.</param>
/// <param name="Categories">The classes, in the model's order.</param>
/// <param name="FirstNumber">
/// The number of its frame 0: with each run, and each time that a camera is connected again, frames are counted anew.
/// </param>
/// <param name="FirstTrack">What is added to the numbers of its tracks, so that no two runs of a source share one.</param>
internal sealed record ExportedStream(
    string SourceId,
    string RunId,
    int? Epoch,
    ImageSize Size,
    FrameRate? Rate,
    IReadOnlyList<Category> Categories,
    long FirstNumber,
    long FirstTrack);
