using Streaming.Config.Run;
using Streaming.Model.Structures;
using Streaming.Stages.Track;

namespace Streaming.Stages.Tests.Track;

public sealed class MaskTrackTests
{
    [Fact]
    public void IoU_RandomMasksAndMoves_EqualsThatOfTheBitmaps()
    {
        var random = new Random(3);
        var meetings = 0;
        for (var i = 0; i < 500; i++)
        {
            var size = new ImageSize(random.Next(1, 12), random.Next(1, 12));
            var (a, b) = (Mask(random, size), Mask(random, size));
            var (right, down) = (random.Next(-5, 6), random.Next(-5, 6));
            var moved = new byte[a.Length];
            for (var y = 0; y < size.Height; y++)
            {
                for (var x = 0; x < size.Width; x++)
                {
                    if (x + right >= 0 && x + right < size.Width && y + down >= 0 && y + down < size.Height)
                    {
                        moved[((y + down) * size.Width) + x + right] = a[(y * size.Width) + x];
                    }
                }
            }

            var expected = Rle.IoU(Rle.Encode(moved, size), Rle.Encode(b, size), false);
            Assert.Equal(expected, MaskOverlap.IoU(Rle.Encode(a, size), right, down, Rle.Encode(b, size)), 1e-12);
            meetings += expected > 0 ? 1 : 0;
        }

        Assert.True(meetings > 100);
    }

    [Theory]
    [InlineData(nameof(TrackerKind.Masks), true)]
    [InlineData(nameof(TrackerKind.ByteTrack), false)]
    public void Update_TwoInNearlyOneBox_AreToldApartByTheirMasks(string kind, bool isKept)
    {
        // Two diagonal bars, whose boxes change places in every frame.
        var size = new ImageSize(100, 200);
        var tracker = Trackers.Create(new TrackingSection { Kind = Enum.Parse<TrackerKind>(kind) }, 30, new TrackIds());
        long[][] ids = new long[12][];
        for (var frame = 0; frame < ids.Length; frame++)
        {
            var offset = frame % 2 * 2;
            Observation[] seen =
            [
                Bar(size, 20 + frame + offset, isRising: true),
                Bar(size, 22 + frame - offset, isRising: false),
            ];
            tracker.Update(1, seen, TimeSpan.FromSeconds(frame * 0.04));
            ids[frame] = new long[2];
            foreach (var track in tracker.Tracks)
            {
                ids[frame][track.Taken] = track.Id;
            }
        }

        Assert.Equal(isKept, ids.All(pair => pair is [1, 2]));
    }

    private static byte[] Mask(Random random, ImageSize size)
    {
        var density = random.NextDouble();
        return [.. Enumerable.Range(0, size.Height * size.Width).Select(_ => (byte)(random.NextDouble() < density ? 1 : 0))];
    }

    private static Observation Bar(ImageSize size, int left, bool isRising)
    {
        var mask = new byte[size.Height * size.Width];
        for (var i = 0; i < 60; i++)
        {
            for (var width = 0; width < 8; width++)
            {
                mask[((20 + (isRising ? 59 - i : i)) * size.Width) + left + i + width] = 1;
            }
        }

        return new Observation(new TrackBox(left, 20, left + 68, 80), 0.9, 0, Rle.Encode(mask, size));
    }
}
