using Streaming.Model.Structures;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Tests;

public sealed class FrameResultTests
{
    private static readonly FrameResult Sut = new(
        new FrameIdentity("cam", 0, 0, TimeSpan.Zero, PtsOrigin.Estimated, DateTimeOffset.UnixEpoch), new ImageSize(2, 3), []);

    [Fact]
    public void Error_ProcessedFrame_IsNull()
    {
        Assert.Null(Sut.Error);
    }

    [Fact]
    public void Error_FailedFrame_NamesStageAndReasonAndSurvivesAChange()
    {
        var failed = Sut with { Outcome = FrameOutcome.Failed("infer", "out of memory") };

        Assert.Equal("infer: out of memory", (failed with { DroppedBefore = 3 }).Error);
    }

    [Fact]
    public void Error_DroppedFrame_NamesTheReason()
    {
        Assert.Equal("dropped: aborted", (Sut with { Outcome = FrameOutcome.Dropped("aborted") }).Error);
    }
}
