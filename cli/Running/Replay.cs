using Streaming.Stages.Decode;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;
using Streaming.Stages.Render;

namespace Streaming.Cli.Running;

/// <summary>Gives an output what an earlier run has found, so that it begins where the source does.</summary>
internal static class Replay
{
    /// <param name="sink">The output.</param>
    /// <param name="recorded">What was found, in order.</param>
    /// <param name="source">The source from its beginning; null for an output that needs no pixels.</param>
    /// <param name="redaction">Hides what no output may see; null hides nothing.</param>
    /// <param name="style">How results are drawn.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DecodeException">The source has fewer frames than were recorded.</exception>
    public static void Feed(
        IFrameSink sink, IEnumerable<FrameResult> recorded, IFrameSource? source, Redaction? redaction, PictureStyle style,
        CancellationToken cancellationToken)
    {
        var trails = new Trails(style.TrailLength);
        foreach (var result in recorded)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var frame = source is null
                ? new OutputFrame(result)
                : new OutputFrame(Picture(source, result, redaction, cancellationToken), result, style, trails.Add(result));
            sink.Write(frame);
        }
    }

    private static Frame Picture(
        IFrameSource source, FrameResult result, Redaction? redaction, CancellationToken cancellationToken)
    {
        var frame = ReadUpTo(source, result.Identity.Index, cancellationToken);
        try
        {
            redaction?.Apply(frame.Pixels, result, []);
            return frame;
        }
        catch
        {
            frame.Dispose();
            throw;
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

        throw new DecodeException(
            DecodeError.Corrupt, $"{source.Info.Location}: has no frame {index} any more: it is not the file of the earlier "
                + "run.");
    }
}
