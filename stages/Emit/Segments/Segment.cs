using System.Text.Json.Serialization;

namespace Streaming.Stages.Emit.Segments;

/// <summary>A whole segment as the index tells it.</summary>
/// <param name="Name">Its file's name in the output folder.</param>
/// <param name="Start">The time that it covers from, UTC.</param>
/// <param name="End">When its last frame was taken, UTC.</param>
/// <param name="Bytes">Its size.</param>
internal sealed record Segment(string Name, DateTimeOffset Start, DateTimeOffset End, long Bytes)
{
    /// <summary>The run that wrote it; null when that is not known any more, like all below.</summary>
    public string? RunId { get; init; }

    /// <summary>Its first frame.</summary>
    public SegmentFrame? First { get; init; }

    /// <summary>Its last frame.</summary>
    public SegmentFrame? Last { get; init; }

    /// <summary>Frames in it.</summary>
    public long? Frames { get; init; }

    /// <summary>Frames that its frames say were dropped before them.</summary>
    public long? Dropped { get; init; }
}

/// <summary>A frame of a segment.</summary>
/// <param name="Epoch">The source's epoch.</param>
/// <param name="FrameIndex">Its number.</param>
internal sealed record SegmentFrame(int Epoch, long FrameIndex);

/// <summary>How the index is written: a segment a line.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(UtcConverter)])]
[JsonSerializable(typeof(Segment))]
internal sealed partial class SegmentJson : JsonSerializerContext;
