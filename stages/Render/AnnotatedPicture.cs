using Streaming.Stages.Frames;

namespace Streaming.Stages.Render;

/// <summary>A copy of a frame with its detections drawn in; the frame itself stays as it is, other outputs may need it.</summary>
internal static class AnnotatedPicture
{
    /// <summary>Draws what scores at least <paramref name="minScore"/>; the picture is the caller's.</summary>
    public static PixelBuffer Draw(Frame frame, FrameResult result, PixelPool pool, double minScore)
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
