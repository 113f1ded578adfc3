using Streaming.Stages.Decode;
using Streaming.Stages.Frames;

namespace Streaming.Pipeline;

/// <summary>Opens a source.</summary>
/// <param name="report">Told of what happens to the source from now on.</param>
/// <param name="cancellationToken">Gives up opening.</param>
public delegate IFrameSource SourceOpener(Action<SourceEvent> report, CancellationToken cancellationToken);
