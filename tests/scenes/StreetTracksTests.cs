using System.Globalization;
using OpenCvSharp;
using Streaming.Model.Structures;
using Streaming.Training.Evaluation.Tracks;

namespace Streaming.Scenes.Tests;

/// <summary>The truth of drawn streets over time, and how busy they are.</summary>
public sealed class StreetTracksTests : IDisposable
{
    private const double Rate = 5;

    private static readonly StreetAddress Street = new(3, new ImageSize(90, 160), null, null, Enum.GetValues<StreetKind>());

    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public void Of_ManyFrames_KeepsAnIdWhileItIsTheSameObject()
    {
        var (previous, compared, ids) = ((IReadOnlyList<StreetObject>)[], 0, new Dictionary<long, StreetKind>());
        foreach (var objects in StreetTracks.Of(Street.Open(), rate: 30, count: 300))
        {
            Assert.Equal(objects.Count, objects.Select(item => item.Id).Distinct().Count());
            foreach (var item in objects)
            {
                // An object keeps its kind and moves by less than its own size between two frames.
                Assert.Equal(item.Kind, ids.GetValueOrDefault(item.Id, item.Kind));
                ids[item.Id] = item.Kind;
                Assert.InRange(item.Visible, 0.25, 1);
                if (previous.FirstOrDefault(other => other.Id == item.Id) is { } before)
                {
                    Assert.True(Rle.IoU(before.Mask, item.Mask, isCrowd: false) > 0, $"{item.Kind} {item.Id} jumps");
                    compared++;
                }
            }

            previous = objects;
        }

        Assert.True(compared > 300, $"{compared} comparisons");
    }

    [Fact]
    public void Of_AnObjectAtItsLanesEnd_ComesBackAsAnother()
    {
        var lane = new Lane(default, 0, Length: 10, Speed: 2);
        foreach (var (seconds, rounds) in new[] { (0.0, 0), (3.4, 0), (3.6, 1), (8.4, 1), (8.6, 2), (503.6, 101) })
        {
            Assert.Equal(rounds, lane.Rounds(place: 3, seconds));
        }

        // In a minute every lane's end is reached: more objects come than the street ever shows at once.
        var frames = StreetTracks.Of(Street.Open(), rate: 1, count: 60).ToList();
        Assert.True(
            frames.SelectMany(objects => objects.Select(item => item.Id)).Distinct().Count()
            > 2 * frames.Max(objects => objects.Count));
    }

    [Fact]
    public void Write_Tracks_AreReadBackAsMotChallenge()
    {
        var frames = StreetTracks.Of(Street.Open(), Rate, 20).ToList();
        var path = _folder.File("street.txt");
        var count = StreetTracks.Write(path, frames, Street.Kinds, TestContext.Current.CancellationToken);
        Assert.Equal(frames.SelectMany(objects => objects.Select(item => item.Id)).Distinct().Count(), count);
        var tracks = TrackFile.Read(path, isTruth: true);
        for (var i = 0; i < frames.Count; i++)
        {
            Assert.Equal(
                frames[i].Select(item => (item.Id, item.Mask.BoundingBox())),
                tracks[i + 1].Select(item => (
                    item.Id, ((int)item.Box.X, (int)item.Box.Y, (int)item.Box.Width, (int)item.Box.Height))));
        }

        var first = frames.First(objects => objects.Count > 0)[0];
        var columns = File.ReadLines(path).First().Split(',');
        Assert.Equal(["1", $"{(int)first.Kind + 1}"], columns[6..8]);
        Assert.Equal(first.Visible, double.Parse(columns[8], CultureInfo.InvariantCulture), 5e-4);
    }

    [Fact]
    public void Open_LessBusy_ShowsSomeOfTheSameTraffic()
    {
        int[] Counts(double busy)
        {
            var frames = StreetTracks.Of((Street with { Busy = busy }).Open(), rate: 0.25, count: 60);
            return [.. frames.Select(objects => objects.Count)];
        }

        var (usual, quiet, nobody) = (Counts(1), Counts(0.2), Counts(0));
        Assert.InRange(quiet.Sum(), 0.1 * usual.Sum(), 0.4 * usual.Sum());
        Assert.Contains(0, quiet);
        Assert.All(nobody, count => Assert.Equal(0, count));
        Assert.Equal(Pixels(Street), Pixels(StreetAddress.Parse(
            "synthetic://street?seed=3&size=160x90&kinds=pedestrian,cyclist,car,bus,truck,dog&busy=1.0")));
        Assert.NotEqual(Pixels(Street), Pixels(Street with { Busy = 0.2 }));
    }

    private static byte[] Pixels(StreetAddress street)
    {
        using var picture = new Mat(street.Size.Height, street.Size.Width, MatType.CV_8UC3);
        street.Open().Draw(picture, 100, listsObjects: false);
        picture.GetArray(out Vec3b[] pixels);
        return [.. pixels.SelectMany(pixel => new[] { pixel.Item0, pixel.Item1, pixel.Item2 })];
    }
}
