using Streaming.Stages.Frames;
using Streaming.Stages.Render;

namespace Streaming.Stages.Emit;

/// <summary>
/// A finished frame as the outputs see it: its result, its pixels, and the picture with the detections drawn in, which is made
/// once for all outputs that want it. Outputs that keep it take a share; the pixels are freed with the last share. Disposing a
/// share twice is harmless.
/// </summary>
public sealed class OutputFrame : IDisposable
{
    private static readonly Dictionary<long, (int X, int Y)[]> Without = [];

    private readonly Shared _shared;
    private readonly FrameResult _result;
    private int _isDisposed;

    /// <summary>A frame with its pixels.</summary>
    /// <param name="frame">The frame, which this takes over.</param>
    /// <param name="result">What was found in it.</param>
    /// <param name="drawThreshold">Detections below this score are not drawn, 0 to 1.</param>
    public OutputFrame(Frame frame, FrameResult result, double drawThreshold = 0.5)
        : this(frame, result, new PictureStyle { MinScore = drawThreshold }, Without)
    {
    }

    /// <summary>A frame of a record, without pixels.</summary>
    /// <param name="result">What was found in it.</param>
    public OutputFrame(FrameResult result)
        : this(new Shared(null, result, new PictureStyle(), Without), result)
    {
    }

    /// <summary>A frame with its pixels.</summary>
    /// <param name="frame">The frame, which this takes over.</param>
    /// <param name="result">What was found in it.</param>
    /// <param name="style">How that is drawn.</param>
    /// <param name="trails">Where tracks have been, by their ids.</param>
    internal OutputFrame(
        Frame frame, FrameResult result, PictureStyle style, IReadOnlyDictionary<long, (int X, int Y)[]> trails)
        : this(new Shared(frame, result, style, trails), result)
    {
    }

    private OutputFrame(Shared shared, FrameResult result)
    {
        (_shared, _result) = (shared, result);
    }

    /// <summary>What was found, or why nothing was.</summary>
    public FrameResult Result => _result;

    /// <summary>The decoded frame.</summary>
    /// <exception cref="InvalidOperationException">The frame comes from a record and has no pixels.</exception>
    public Frame Frame => _shared.Frame;

    /// <summary>A copy of the pixels with the detections drawn in; it stays this frame's. Made on first use.</summary>
    /// <exception cref="InvalidOperationException">The frame comes from a record and has no pixels.</exception>
    public PixelBuffer Annotated => _shared.Annotated();

    /// <summary>Another share of the same frame; its owner disposes it.</summary>
    public OutputFrame Share()
    {
        return Share(_result);
    }

    /// <summary>Another share of the same frame that tells a result of its own; its owner disposes it.</summary>
    /// <param name="result">With the same detections: they are drawn once for all shares.</param>
    internal OutputFrame Share(FrameResult result)
    {
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        _shared.Hold();
        return new OutputFrame(_shared, result);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            _shared.LetGo();
        }
    }

    private sealed class Shared(
        Frame? frame, FrameResult result, PictureStyle style, IReadOnlyDictionary<long, (int X, int Y)[]> trails)
    {
        private PixelBuffer? _annotated;
        private int _holders = 1;

        public Frame Frame => frame ?? throw new InvalidOperationException("A frame of a record has no pixels.");

        public PixelBuffer Annotated()
        {
            // Nobody else can lock this: the class is private.
            lock (this)
            {
                return _annotated ??= Draw();
            }
        }

        public void Hold()
        {
            Interlocked.Increment(ref _holders);
        }

        public void LetGo()
        {
            if (Interlocked.Decrement(ref _holders) == 0)
            {
                _annotated?.Dispose();
                frame?.Dispose();
            }
        }

        private PixelBuffer Draw()
        {
            var drawn = Frame.Pixels.Copy();
            try
            {
                FrameRenderer.Draw(drawn, result.Detections, style, trails);
                return drawn;
            }
            catch
            {
                drawn.Dispose();
                throw;
            }
        }
    }
}
