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

    /// <summary>Frames missing from one to the next, plus one.</summary>
    public int Step { get; init; } = 1;

    /// <summary>The first frame that is read.</summary>
    public int First
    {
        init => _next = value;
    }

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
        var (index, pts) = (_next * Step, TimeSpan.FromMilliseconds(50 * _next++));
        return new Frame(new FrameIdentity("s", 0, index, pts, PtsOrigin.Container, DateTimeOffset.UnixEpoch), pixels);
    }

    public void Dispose()
    {
        // Nothing to close.
    }
}
