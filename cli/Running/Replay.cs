using Streaming.Stages.Decode;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;
using Streaming.Stages.Render;

namespace Streaming.Cli.Running;

/// <summary>Gives outputs what an earlier run has found, so that they begin where the source does.</summary>
internal static class Replay
{
    /// <param name="sinks">The outputs.</param>
    /// <param name="recorded">What was found, in order.</param>
    /// <param name="reopen">Opens the source from its beginning; not called when no output needs pictures.</param>
    /// <param name="annotator">Draws.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DecodeException">The source has fewer frames than were recorded.</exception>
    public static void Feed(IReadOnlyList<IFrameSink> sinks, IEnumerable<FrameResult> recorded, Func<IFrameSource> reopen, Annotator annotator, CancellationToken cancellationToken)
    {
        var withoutPixels = sinks.OfType<CocoSink>().ToArray();
        using var source = withoutPixels.Length == sinks.Count ? null : reopen();
        foreach (var result in recorded)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (source is null)
            {
                using var bare = new OutputFrame(result);
                Array.ForEach(withoutPixels, sink => sink.Write(bare));
                continue;
            }

            using var frame = new OutputFrame(ReadUpTo(source, result.Identity.Index, cancellationToken), result, annotator);
            foreach (var sink in sinks)
            {
                sink.Write(frame);
            }
        }
    }

    private static Frame ReadUpTo(IFrameSource source, long index, CancellationToken cancellationToken)
    {
        while (source.Read(cancellationToken) is { } frame)
        {
            if (frame.Identity.Index == index)
            {
                return frame;
            }

            frame.Dispose();
        }

        throw new DecodeException(DecodeError.Corrupt, $"{source.Info.Location}: has no frame {index} any more: it is not the file of the earlier run.");
    }
}
