namespace Streaming.Stages.Frames;

/// <summary>Where a frame's presentation time came from.</summary>
public enum PtsOrigin
{
    /// <summary>The container or the stream said it.</summary>
    Container,

    /// <summary>Computed from the frame's number and the rate, or 0 for a still picture.</summary>
    Estimated,
}

/// <summary>What identifies a frame and says when it was.</summary>
/// <param name="SourceId">The source's name, unique in a run.</param>
/// <param name="Epoch">Grows by one with each reconnect of the source.</param>
/// <param name="Index">The frame's number in the source, from 0.</param>
/// <param name="Pts">Presentation time since the start of the stream.</param>
/// <param name="PtsOrigin">Where the presentation time came from.</param>
/// <param name="CaptureTime">When the frame was decoded, UTC.</param>
/// <param name="Name">The picture's file name, for images; otherwise null.</param>
public sealed record FrameIdentity(
    string SourceId, int Epoch, long Index, TimeSpan Pts, PtsOrigin PtsOrigin, DateTimeOffset CaptureTime, string? Name = null);
