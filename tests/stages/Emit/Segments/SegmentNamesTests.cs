using Streaming.Stages.Emit.Segments;

namespace Streaming.Stages.Tests.Emit.Segments;

public sealed class SegmentNamesTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Theory]
    [InlineData("{source}.jsonl", "cam_1-20260131-120000.jsonl")]
    [InlineData("{source}-annotated.mp4", "cam_1-annotated-20260131-120000.mp4")]
    [InlineData("{source}.coco.json", "cam_1.coco-20260131-120000.json")]
    [InlineData("{date}/{source}.mkv", "20260131/cam_1-120000.mkv")]
    [InlineData("{source}/{date}/{time}-{run}.jsonl", "cam_1/20260131/120000-run+1.jsonl")]
    public void Free_OfATemplate_HasTheStartAndIsFoundAgain(string template, string expected)
    {
        var sut = new SegmentNames(_folder.Path, template, "cam/1", "run+1");
        Assert.Equal(expected, sut.Free(Start));
        _folder.File(expected, "x");
        _folder.File("other-20260131-120000.jsonl", "x");
        _folder.File(expected + ".partial", "x");
        Assert.Equal(new SegmentFile(expected, _folder.File(expected), Start, IsPart: false), Assert.Single(sut.Find()));
    }

    [Fact]
    public void Free_NameIsTaken_GetsANumber()
    {
        var sut = new SegmentNames(_folder.Path, "{source}.mp4", "cam", "run");
        File.WriteAllText(sut.PartOf(sut.Free(Start)), "");
        File.WriteAllText(sut.PathOf(sut.Free(Start)), "");
        File.WriteAllText(sut.RecoveredOf(sut.Free(Start)), "");
        Assert.Equal("cam-20260131-120000-4.mp4", sut.Free(Start));
        Assert.Equal(
            [
                ("cam-20260131-120000.mp4", true),
                ("cam-20260131-120000-2.mp4", false),
                ("cam-20260131-120000-3.recovered.mp4", false),
            ],
            sut.Find().Select(file => (file.Name, file.IsPart)));
    }
}
