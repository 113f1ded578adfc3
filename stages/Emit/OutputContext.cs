using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Streaming.Config.Run;
using Streaming.Stages.Emit.Kept;
using Streaming.Stages.Emit.Segments;
using Streaming.Stages.Frames;
using Streaming.Stages.Packets;

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

    /// <summary>Looks after snapshots and clips.</summary>
    public KeptFiles Kept { get; init; } = new(KeepRules.All, TimeProvider.System, NullLogger.Instance);

    /// <summary>The source's packets, where it gives any; null for none.</summary>
    public PacketRing? Packets { get; init; }

    /// <summary>Whether clips must be made of the frames as they are shown: the source's own packets show too much.</summary>
    public bool MustReencode { get; init; }

    /// <summary>Events that outputs learn of after their frames; shared by the outputs of the source.</summary>
    public LateEvents LateEvents { get; init; } = new();

    /// <summary>Whether the source's past is gone: a run that resumes can only add to what is there.</summary>
    public bool IsLive => Wanted.WhenFull != FullMode.Wait;

    /// <summary>Whether each file of the output is a segment.</summary>
    public bool IsSegmented => IsLive && Segments is not null;
}
