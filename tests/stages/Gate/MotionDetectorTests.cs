using Streaming.Model.Structures;
using Streaming.Stages.Gate;

namespace Streaming.Stages.Tests.Gate;

/// <summary>Small grey pictures, ten a second, with noise of two shades.</summary>
public sealed class MotionDetectorTests
{
    private const double Step = 0.1;
    private static readonly ImageSize Size = new(90, 160);
    private readonly Random _random = new(1);
    private readonly MotionDetector _sut = new(Size, new MotionSensitivity());

    public MotionDetectorTests()
    {
        Assert.Equal(Motion.Scene, Look(Empty()));
        for (var i = 0; i < 20; i++)
        {
            Look(Empty());
        }
    }

    [Fact]
    public void Look_NoiseAlone_IsNoMotion()
    {
        Assert.All(Repeat(200, _ => Empty()), motion => Assert.Equal(Motion.None, motion));
    }

    [Theory]
    [InlineData(2, 4, 25, 1)]
    [InlineData(6, 6, 15, 1)]
    [InlineData(30, 20, -12, 3)]
    public void Look_SomethingMoves_IsSeenByTheThirdPicture(int width, int height, int contrast, int speed)
    {
        var motions = Repeat(20, i => With(Empty(), 20 + (i * speed), 40, width, height, contrast));
        Assert.All(motions.Skip(2), motion => Assert.Equal(Motion.Object, motion));
    }

    [Fact]
    public void Look_CloudPasses_IsNoMotion()
    {
        // Ten seconds darker by a third, with an edge as wide as half of the picture.
        var motions = Repeat(200, i => Map(Empty(), (x, _, shade) => shade * (1 - (0.33f * Edge((i * 1.6) - x)))));
        Assert.All(motions, motion => Assert.Equal(Motion.None, motion));

        static float Edge(double along)
        {
            return (float)Math.Clamp(along / 80, 0, 1);
        }
    }

    [Fact]
    public void Look_LightSwitched_IsOneNewScene()
    {
        var motions = Repeat(50, i => Map(Empty(), (x, y, shade) => i < 10 ? shade : (shade * 0.4f) + ((x + y) % 17 * 4)));
        Assert.Equal(Motion.Scene, motions[10]);
        Assert.All(motions.Where((_, i) => i != 10), motion => Assert.Equal(Motion.None, motion));
    }

    [Fact]
    public void Look_Rain_IsSeldomMotion()
    {
        var motions = Repeat(300, _ =>
        {
            var picture = Empty();
            for (var i = 0; i < 8; i++)
            {
                With(picture, _random.Next(158), _random.Next(86), 1, 4, 30);
            }

            return picture;
        });
        Assert.InRange(motions.Count(motion => motion != Motion.None), 0, 45);
    }

    [Fact]
    public void Look_LeavesInTheWind_AreLearned()
    {
        var motions = Repeat(600, i => Map(Empty(), (x, y, shade) =>
            x < 30 && y < 30 ? shade + (float)(30 * Math.Sin((i * 0.9) + (x * 0.7) + (y * 1.1))) : shade));
        Assert.InRange(motions.Skip(400).Count(motion => motion != Motion.None), 0, 10);
    }

    [Fact]
    public void Look_CarParks_IsSceneryAfterAWhile()
    {
        var motions = Repeat(400, _ => With(Empty(), 40, 40, 20, 12, 40));
        Assert.Equal(Motion.Object, motions[0]);
        Assert.All(motions.Skip(300), motion => Assert.Equal(Motion.None, motion));
    }

    [Fact]
    public void Look_KnownObjectsMoveForAMinute_NextOneIsStillSeen()
    {
        for (var i = 0; i < 600; i++)
        {
            _sut.Look(With(Empty(), i * 3 % 150, 40, 8, 8, 30), Step, hasObjects: true);
        }

        Repeat(20, _ => Empty());
        Assert.Contains(Motion.Object, Repeat(5, i => With(Empty(), 60 + (3 * i), 40, 8, 8, 30)));
    }

    [Fact]
    public void Look_KnownObjectStoodInTheFirstPicture_ItsPlaceIsSceneryAtOnce()
    {
        var young = new MotionDetector(Size, new MotionSensitivity());
        for (var i = 0; i < 40; i++)
        {
            young.Look(With(Empty(), 20 + (3 * i), 40, 20, 12, 40), Step, hasObjects: true);
        }

        var motions = Enumerable.Range(0, 40).Select(_ => young.Look(Empty(), Step, hasObjects: false)).ToArray();
        Assert.Equal(Motion.Object, motions[0]);
        Assert.All(motions.Skip(5), motion => Assert.Equal(Motion.None, motion));
    }

    private Motion[] Repeat(int count, Func<int, float[]> picture)
    {
        return [.. Enumerable.Range(0, count).Select(i => Look(picture(i)))];
    }

    private Motion Look(float[] grey)
    {
        return _sut.Look(grey, Step, hasObjects: false);
    }

    private float[] Empty()
    {
        return Map(new float[Size.Height * Size.Width], (x, y, _) =>
            100 + (x % 40) + (y % 20 * 2) + (float)((_random.NextDouble() + _random.NextDouble() - 1) * 4));
    }

    private static float[] With(float[] picture, int left, int top, int width, int height, float contrast)
    {
        return Map(picture, (x, y, shade) =>
            x >= left && x < left + width && y >= top && y < top + height ? shade + contrast : shade);
    }

    private static float[] Map(float[] picture, Func<int, int, float, float> change)
    {
        for (var i = 0; i < picture.Length; i++)
        {
            picture[i] = change(i % Size.Width, i / Size.Width, picture[i]);
        }

        return picture;
    }
}
