using Streaming.Model.Structures;
using Streaming.Stages.Decode;
using Streaming.Stages.Frames;

namespace OwnSource;

/// <summary>Reads frames that follow each other as rows of B, G, R bytes, without headers.</summary>
internal sealed class RawSource(Stream input, ImageSize size, PixelPool pool) : IFrameSource
{
    private long _index;

    public SourceInfo Info { get; } = new("raw", "standard input", size, FrameRate: null, FrameCount: null);

    // The pipeline calls this from one thread, and owns the frame that it gets.
    public Frame? Read(CancellationToken cancellationToken)
    {
        var pixels = pool.Rent(size);
        var count = input.ReadAtLeast(pixels.Span, pixels.Span.Length, throwOnEndOfStream: false);
        if (count == pixels.Span.Length)
        {
            var identity = new FrameIdentity(
                Info.Id, Epoch: 0, _index++, Pts: TimeSpan.Zero, PtsOrigin.Estimated, TimeProvider.System.GetUtcNow());
            return new Frame(identity, pixels);
        }

        pixels.Dispose();
        return count == 0 ? null : throw new DecodeException(DecodeError.Corrupt, Incomplete(count));
    }

    private string Incomplete(int count)
    {
        return $"{Info.Location}: the last frame has {count} bytes instead of {size.Height * size.Width * 3}.";
    }

    public void Dispose()
    {
        input.Dispose();
    }
}
