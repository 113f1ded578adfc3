using OpenCvSharp;
using Streaming.Model.Structures;
using Streaming.Scenes;
using Streaming.Stages.Cv;
using Streaming.Stages.Decode;
using Streaming.Stages.Frames;
using Streaming.Training.Evaluation;

namespace Streaming.Scenes.Tests;

/// <summary>Drawn streets: the same for the same seed, with masks that are what is seen.</summary>
public sealed class StreetTests : IDisposable
{
    private static readonly ImageSize Size = new(180, 320);
    private static readonly FrameSources Sources = new([StreetSource.Kind, .. SourceKinds.BuiltIn]);
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public void Draw_SameSeed_IsTheSameToTheBit()
    {
        var (pixels, objects) = Draw(7, 3.5);
        var (again, sameObjects) = Draw(7, 3.5);
        Assert.Equal(pixels, again);
        Assert.Equal(
            objects.Select(item => (item.Kind, item.Mask.ToString())),
            sameObjects.Select(item => (item.Kind, item.Mask.ToString())));
        Assert.NotEqual(pixels, Draw(8, 3.5).Pixels);
        Assert.NotEqual(pixels, Draw(7, 3.7).Pixels);
    }

    [Fact]
    public void Draw_ManyStreets_ShowEveryKindAndNoPixelTwice()
    {
        var seen = new HashSet<StreetKind>();
        for (var seed = 0; seed < 40; seed++)
        {
            var (_, objects) = Draw(seed, seed);
            var owners = new byte[Size.Height * Size.Width];
            foreach (var item in objects)
            {
                seen.Add(item.Kind);
                Assert.True(item.Mask.Area >= 100);
                var mask = item.Mask.Decode();
                for (var i = 0; i < mask.Length; i++)
                {
                    owners[i] += mask[i];
                }
            }

            Assert.True(owners.Max() <= 1, $"street {seed}");
        }

        Assert.Equal(Enum.GetValues<StreetKind>(), seen.Order());
    }

    [Fact]
    public void Draw_WithoutObject_DiffersOnlyWhereItIsOrThrowsItsShadow()
    {
        // The same street with pedestrians only and with nobody: what is masked has changed.
        var (empty, _) = Draw(5, 2, []);
        var (busy, objects) = Draw(5, 2, [StreetKind.Pedestrian]);
        Assert.NotEmpty(objects);
        foreach (var item in objects)
        {
            var mask = item.Mask.Decode();
            var (inside, changed) = (0, 0);
            for (var i = 0; i < mask.Length; i++)
            {
                inside += mask[i];
                var differs = Enumerable.Range(0, 3).Any(c => Math.Abs(empty[(i * 3) + c] - busy[(i * 3) + c]) > 3);
                changed += mask[i] == 1 && differs ? 1 : 0;
            }

            Assert.True(changed > 0.8 * inside, $"{changed} of {inside} pixels of a {item.Kind}");
        }
    }

    [Fact]
    public void Write_DataSet_IsReadBackAsCoco()
    {
        var street = new StreetAddress(1, Size, null, null, StreetAddress.DemoKinds);
        var counts = StreetDataset.Write(_folder.Path, 6, street, _ => { }, TestContext.Current.CancellationToken);
        var dataset = CocoDataset.Read(_folder.File("annotations.json"));
        Assert.Equal(["pedestrian", "cyclist", "car", "bus"], dataset.Categories.Select(category => category.Name));
        Assert.Equal(counts.Values.Sum(), dataset.Objects.Count);
        foreach (var image in dataset.Images)
        {
            Assert.Equal(Size, Picture.Read(Path.Combine(_folder.Path, "images", image.FileName)).Size);
        }

        Assert.All(dataset.Objects, item => Assert.Equal(item.Area, item.Mask!.Area));
    }

    [Fact]
    public void Source_Frames_EndAsTheAddressSays()
    {
        using var pool = new PixelPool();
        var config = new Streaming.Config.Run.SourceConfig
        {
            Id = "s",
            Input = "synthetic://street?seed=3&size=320x180&frames=3",
        };
        using var source = Sources.Open(config, new SourceContext("s", pool, TimeProvider.System));
        Assert.Equal((Size, 3L), (source.Info.Size, source.Info.FrameCount));
        for (var i = 0; i < 3; i++)
        {
            using var frame = source.Read(TestContext.Current.CancellationToken);
            Assert.Equal((i, TimeSpan.FromSeconds(i / 15.0)), (frame!.Identity.Index, frame.Identity.Pts));
        }

        Assert.Null(source.Read(TestContext.Current.CancellationToken));
        Assert.Equal(0, pool.Live);
        Assert.False(Sources.IsLive("synthetic://street?seed=3"));
        Assert.True(Sources.IsLive("synthetic://street?rate=10"));
        Assert.Equal("street-3", Sources.NameOf("synthetic://street?seed=3"));
    }

    [Theory]
    [InlineData("synthetic://street?sed=1", "'sed=1'")]
    [InlineData("synthetic://street?size=10x10", "'size=10x10'")]
    [InlineData("synthetic://street?rate=0", "'rate=0'")]
    [InlineData("synthetic://street?kinds=car,car", "'kinds=car,car'")]
    [InlineData("synthetic://street?kinds=tram", "'kinds=tram'")]
    [InlineData("synthetic://street?busy=1.5", "'busy=1.5'")]
    [InlineData("synthetic://streets", "'s'")]
    public void Parse_WrongAddress_SaysWhichPart(string address, string part)
    {
        var exception = Assert.Throws<DecodeException>(() => StreetAddress.Parse(address));
        Assert.StartsWith($"{address}: {part}: supported: seed=N", exception.Message, StringComparison.Ordinal);
    }

    private static (byte[] Pixels, IReadOnlyList<StreetObject> Objects) Draw(
        long seed, double seconds, IReadOnlyList<StreetKind>? kinds = null)
    {
        using var picture = new Mat(Size.Height, Size.Width, MatType.CV_8UC3);
        var scene = new StreetScene(seed, Size, kinds ?? Enum.GetValues<StreetKind>());
        var objects = scene.Draw(picture, seconds, listsObjects: true);
        picture.GetArray(out Vec3b[] pixels);
        return ([.. pixels.SelectMany(pixel => new[] { pixel.Item0, pixel.Item1, pixel.Item2 })], objects);
    }
}
