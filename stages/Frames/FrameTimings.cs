namespace Streaming.Stages.Frames;

/// <summary>How long a frame spent where.</summary>
/// <param name="Decode">Reading and decoding.</param>
/// <param name="Preprocess">Resizing.</param>
/// <param name="BatchWait">From preprocessed until its batch started.</param>
/// <param name="Infer">The network's time for its whole batch.</param>
/// <param name="Postprocess">Pasting and encoding masks.</param>
/// <param name="EndToEnd">From decoded to handed to the sinks.</param>
public readonly record struct FrameTimings(
    TimeSpan Decode, TimeSpan Preprocess, TimeSpan BatchWait, TimeSpan Infer, TimeSpan Postprocess, TimeSpan EndToEnd);
