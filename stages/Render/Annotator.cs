using Streaming.Stages.Frames;

namespace Streaming.Stages.Render;

/// <summary>Draws detections into a copy of a frame; the frame itself stays as it is.</summary>
/// <param name="pool">Where copies get their memory.</param>
/// <param name="minScore">Detections below this score are not drawn, 0 to 1.</param>
public sealed class Annotator(PixelPool pool, double minScore)
{
    /// <summary>The copy, which is the caller's.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="result">What was found in it.</param>
    public PixelBuffer Draw(Frame frame, FrameResult result)
    {
        var drawn = pool.Rent(frame.Pixels.Size);
        try
        {
            frame.Pixels.Span.CopyTo(drawn.Span);
            FrameRenderer.Draw(drawn, result.Detections, minScore);
            return drawn;
        }
        catch
        {
            drawn.Dispose();
            throw;
        }
    }
}
