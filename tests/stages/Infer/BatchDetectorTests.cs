using Streaming.Model.Structures;
using Streaming.Stages.Infer;

namespace Streaming.Stages.Tests.Infer;

public sealed class BatchDetectorTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(6)]
    public void Detect_OnePoisonedImage_CostsOnlyThatOne(int poisoned)
    {
        using var fake = new FakeDetector { IsPoisoned = image => image.Size.Width == poisoned + 10 };
        PreprocessedImage[] images =
        [
            .. Enumerable.Range(10, 7)
                .Select(width => fake.Preprocess(new ImageView(new byte[3 * width], new ImageSize(1, width)))),
        ];
        var outcomes = new BatchDetector(fake).Detect(images);
        Assert.Equal(images.Select((_, i) => i != poisoned), outcomes.Select(outcome => outcome.Detections is not null));
        Assert.Equal("poisoned", outcomes[poisoned].Error?.Message);
        Assert.Equal(
            images.Select(image => image.Size).Where(size => size.Width != poisoned + 10),
            outcomes.Where(o => o.Detections is not null).Select(o => o.Detections!.ImageSize));
    }

    [Fact]
    public void Detect_TooLittleMemoryForTheBatch_HalvesIt()
    {
        using var fake = new FakeDetector { MaxBatch = 2 };
        PreprocessedImage[] images =
        [
            .. Enumerable.Range(0, 5).Select(_ => fake.Preprocess(new ImageView(new byte[3], new ImageSize(1, 1)))),
        ];
        Assert.All(new BatchDetector(fake).Detect(images), outcome => Assert.NotNull(outcome.Detections));
    }
}
