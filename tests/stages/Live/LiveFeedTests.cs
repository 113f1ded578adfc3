using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OpenCvSharp;
using Streaming.Config.Zoo;
using Streaming.Model.Structures;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;
using Streaming.Stages.Live;

namespace Streaming.Stages.Tests.Live;

/// <summary>Pictures for viewers: encoded once for all, not at all when nobody watches, and never apart from results.</summary>
public sealed class LiveFeedTests : IDisposable
{
    private static readonly ImageSize Size = new(180, 320);

    private readonly PixelPool _pool = new();
    private readonly FakeTimeProvider _time = new();
    private readonly LiveFeed _sut;

    public LiveFeedTests()
    {
        _sut = new LiveFeed(_time, NullLogger.Instance);
    }

    public void Dispose()
    {
        Assert.Equal(0, _pool.Live);
        _pool.Dispose();
    }

    [Fact]
    public void Offer_NobodyWatches_EncodesAndKeepsNothing()
    {
        Offer(0);
        Assert.Equal((0, 0), (_sut.Encoded, _pool.Live));
        using (_sut.Watch(LiveSize.Tile, () => { }))
        {
            // Leaves before a frame comes.
        }

        Offer(1);
        Assert.Equal((0, 0), (_sut.Encoded, _pool.Live));
    }

    [Fact]
    public async Task Offer_FiftyWatch_EncodesOnceInEachSizeThatIsWatched()
    {
        using var told = new SemaphoreSlim(0);
        var watches = Enumerable.Range(0, 50).Select(_ => _sut.Watch(LiveSize.Tile, () => told.Release())).ToList();
        Offer(7);
        for (var i = 0; i < 50; i++)
        {
            await told.WaitAsync();
        }

        Assert.Equal(1, _sut.Encoded);
        Assert.Single(watches.Select(watch => watch.Newest).Distinct());
        watches.ForEach(watch => watch.Dispose());
        Assert.All(watches, watch => Assert.Null(watch.Newest));
    }

    [Fact]
    public async Task Offer_ComesFasterThanAViewerWants_EncodesAsOftenAsIsWanted()
    {
        using var told = new SemaphoreSlim(0);
        using var watch = _sut.Watch(LiveSize.Tile, () => told.Release());
        Offer(0);
        await told.WaitAsync();
        _time.Advance(TimeSpan.FromMilliseconds(33));
        Offer(1);
        _time.Advance(TimeSpan.FromMilliseconds(67));
        Offer(2);
        await told.WaitAsync();
        Assert.Equal(2, _sut.Encoded);
        Assert.Equal(2, Json(watch.Newest!).GetProperty("index").GetInt64());
    }

    [Fact]
    public async Task Newest_ShowsTheFrameThatItsJsonTells()
    {
        using var told = new SemaphoreSlim(0);
        using var watch = _sut.Watch(LiveSize.Tile, () => told.Release());
        for (var index = 0; index < 20; index++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Offer(index);
            await told.WaitAsync();
            var picture = watch.Newest!;
            using var decoded = Cv2.ImDecode(picture.Jpeg, ImreadModes.Color);
            Assert.Equal(index * 10, Cv2.Mean(decoded).Val0, 3.0);
            Assert.Equal(index, Json(picture).GetProperty("index").GetInt64());
        }
    }

    [Theory]
    [InlineData(1080, 1920, 360, 640)]
    [InlineData(480, 640, 360, 480)]
    [InlineData(1920, 1080, 360, 202)]
    [InlineData(100, 200, 100, 200)]
    public void Fit_KeepsProportionsAndEnlargesNothing(int height, int width, int expectedHeight, int expectedWidth)
    {
        Assert.Equal(new ImageSize(expectedHeight, expectedWidth), LiveSize.Tile.Fit(new ImageSize(height, width)));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 7)]
    public void MaskSpans_FillWhatTheMaskFills(int shrinkY, int shrinkX)
    {
        var random = new Random(11);
        var (size, mask) = (new ImageSize(42, 70), new byte[42 * 70]);
        for (var i = 0; i < 12; i++)
        {
            var (top, left, height, width) = (random.Next(36), random.Next(60), random.Next(2, 20), random.Next(2, 20));
            for (var y = top; y < Math.Min(42, top + height); y++)
            {
                Array.Fill(mask, (byte)1, (y * 70) + left, Math.Min(width, 70 - left));
            }
        }

        var picture = new ImageSize(42 / shrinkY, 70 / shrinkX);
        var filled = new byte[picture.Height * picture.Width];
        var spans = Spans(Rle.Encode(mask, size), picture);
        for (var i = 0; i < spans.Count; i += 3)
        {
            for (var y = spans[i + 1]; y < spans[i + 1] + spans[i + 2]; y++)
            {
                filled[(y * picture.Width) + spans[i]]++;
            }
        }

        Assert.DoesNotContain(filled, count => count > 1);
        var wrong = 0;
        for (var y = 0; y < picture.Height; y++)
        {
            for (var x = 0; x < picture.Width; x++)
            {
                var (frameY, frameX) = ((int)((y + 0.5) * 42 / picture.Height), (int)((x + 0.5) * 70 / picture.Width));
                wrong += filled[(y * picture.Width) + x] == mask[(frameY * 70) + frameX] ? 0 : 1;
            }
        }

        // Ends of spans are rounded: a row beside them may be on either side.
        Assert.True(wrong <= (shrinkY == 1 ? 0 : picture.Width), $"{wrong} pixels");
    }

    private static List<int> Spans(Rle mask, ImageSize picture)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartArray();
            MaskSpans.Write(json, mask, picture);
            json.WriteEndArray();
        }

        return [.. JsonDocument.Parse(stream.ToArray()).RootElement.EnumerateArray().Select(item => item.GetInt32())];
    }

    private static JsonElement Json(LivePicture picture)
    {
        return JsonDocument.Parse(picture.Json).RootElement;
    }

    private void Offer(int index)
    {
        var pixels = _pool.Rent(Size);
        pixels.Span.Fill((byte)(index * 10));
        var identity = new FrameIdentity("s", 0, index, TimeSpan.Zero, PtsOrigin.Container, DateTimeOffset.UnixEpoch);
        Detection[] found = [new Detection(0, new Category(1, "person"), 0.9f, new Box(1, 2, 3, 4), null)];
        using var frame = new OutputFrame(new Frame(identity, pixels), new FrameResult(identity, Size, found));
        _sut.Offer(frame);
    }
}
