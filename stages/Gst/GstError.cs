namespace Streaming.Stages.Gst;

/// <summary>What a GStreamer pipeline reported.</summary>
/// <param name="IsResource">The error is about a resource (network, device), not about the stream's content.</param>
/// <param name="IsStream">The error is about the stream's content.</param>
/// <param name="Code">GStreamer's code within its domain.</param>
/// <param name="Message">One sentence.</param>
/// <param name="Debug">Details for developers; may hold anything.</param>
internal sealed record GstError(bool IsResource, bool IsStream, int Code, string Message, string Debug);
