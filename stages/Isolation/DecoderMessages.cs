using System.Text.Json.Serialization;
using Streaming.Config.Run;
using Streaming.Model.Structures;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Isolation;

/// <summary>What a decoder process shall do: the first message to it.</summary>
/// <param name="Version">Of these messages; another one is refused.</param>
/// <param name="Parent">The process that it ends with.</param>
/// <param name="Source">What to decode; a password travels here alone.</param>
/// <param name="FirstIndex">Files: frames with a smaller index are skipped.</param>
/// <param name="IsOrdered">Every frame in order; otherwise the newest.</param>
internal sealed record DecoderJob(int Version, int Parent, SourceConfig Source, long FirstIndex, bool IsOrdered)
{
    /// <summary>Where packets are written to; null when nobody wants them.</summary>
    public string? Packets { get; init; }

    /// <summary>The version that this program speaks.</summary>
    public const int CurrentVersion = 2;
}

/// <summary>The ring that a decoder process asked for.</summary>
/// <param name="Path">Where it is opened.</param>
/// <param name="SlotBytes">Most bytes of a frame.</param>
internal sealed record RingOffer(string Path, long SlotBytes);

/// <summary>A decoder process wants a ring.</summary>
/// <param name="SlotBytes">Bytes of the frame that does not fit into the one it has.</param>
internal sealed record RingRequest(long SlotBytes);

/// <summary>A source is open.</summary>
/// <param name="Location">Without credentials.</param>
/// <param name="Size">Of the first frames.</param>
/// <param name="FrameRate">Null when unknown.</param>
/// <param name="FrameCount">Null when unknown.</param>
/// <param name="Codec">Null when unknown.</param>
/// <param name="Decoder">Null when unknown.</param>
/// <param name="Range">Files: which part is read.</param>
internal sealed record SourceOpened(
    string Location, ImageSize Size, FrameRate? FrameRate, long? FrameCount, string? Codec, string? Decoder, VideoRange? Range);

/// <summary>A source cannot be opened or read further.</summary>
/// <param name="Error">The kind of trouble.</param>
/// <param name="Message">One sentence.</param>
internal sealed record SourceFailed(DecodeError Error, string Message);

/// <summary>What a frame's slot has no room for; comes before the frame.</summary>
/// <param name="Name">The picture's file name.</param>
/// <param name="Failure">Why it could not be decoded.</param>
internal sealed record FrameRemark(string? Name, string? Failure);

/// <summary>The messages as JSON.</summary>
[JsonSerializable(typeof(DecoderJob))]
[JsonSerializable(typeof(RingOffer))]
[JsonSerializable(typeof(RingRequest))]
[JsonSerializable(typeof(SourceOpened))]
[JsonSerializable(typeof(SourceFailed))]
[JsonSerializable(typeof(FrameRemark))]
internal sealed partial class DecoderJson : JsonSerializerContext;
