using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Streaming.Config.Run;
using Streaming.Stages.Emit.Segments;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Emit;

/// <summary>What an output of a source is given to work with.</summary>
/// <param name="Place">Where outputs go.</param>
/// <param name="Source">The source.</param>
/// <param name="Wanted">What the user wants of it.</param>
internal sealed record OutputContext(OutputPlace Place, SourceInfo Source, SourceConfig Wanted)
{
    /// <summary>What an earlier run has done of the source; null when nothing is resumed.</summary>
    public RecordedStream? Earlier { get; init; }

    /// <summary>Told what an output has to do without.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Whether results of earlier runs stay, as far as they cannot be made again.</summary>
    public bool IsResumed { get; init; }

    /// <summary>Whether this run has had the output open before, and lost it: what is there stays.</summary>
    public bool IsReopened { get; init; }

    /// <summary>Where segments go; null when every output is one file.</summary>
    public SegmentStore? Segments { get; init; }

    /// <summary>Whether the source's past is gone: a run that resumes can only add to what is there.</summary>
    public bool IsLive => Wanted.WhenFull != FullMode.Wait;

    /// <summary>Whether each file of the output is a segment.</summary>
    public bool IsSegmented => IsLive && Segments is not null;
}
