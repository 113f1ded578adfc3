using Streaming.Model.Structures;
using Streaming.Stages.Decode;
using Streaming.Stages.Frames;

namespace Streaming.Testing;

/// <summary>A source of so many frames, twenty a second by their PTS.</summary>
/// <param name="pool">Where frames get their memory.</param>
/// <param name="frames">How many.</param>
/// <param name="widthOf">The width of each frame, by its number.</param>
public sealed class CountedSource(PixelPool pool, int frames, Func<int, int> widthOf) : IFrameSource
{
    private int _next;

    public int Step { get; init; } = 1;

    public SourceInfo Info { get; } = new("s", "counted", new ImageSize(2, 4), null, frames);

    public Frame? Read(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_next == frames)
        {
            return null;
        }

        // Twenty frames a second.
        var pixels = pool.Rent(new ImageSize(2, widthOf(_next)));
        var pts = TimeSpan.FromMilliseconds(50 * _next);
        var identity = new FrameIdentity("s", 0, _next++ * Step, pts, PtsOrigin.Container, DateTimeOffset.UnixEpoch);
        return new Frame(identity, pixels);
    }

    public void Dispose()
    {
        // Nothing to close.
    }
}
