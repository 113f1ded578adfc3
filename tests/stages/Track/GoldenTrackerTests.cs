using Streaming.Config.Run;
using Streaming.Stages.Track;

namespace Streaming.Stages.Tests.Track;

/// <summary>The trackers against the public references, on real and made detections.</summary>
public sealed class GoldenTrackerTests
{
    public static TheoryData<string> ByteTrackCases => GoldenTracking.Cases("bytetrack_*.json.gz");

    public static TheoryData<string> OcSortCases => GoldenTracking.Cases("ocsort_*.json.gz");

    [Theory]
    [MemberData(nameof(ByteTrackCases))]
    public void ByteTrack_Case_EqualsTheReference(string name)
    {
        var golden = GoldenTracking.Read(name);
        var parameters = golden.GetProperty("parameters");
        var rate = parameters.GetProperty("frame_rate").GetDouble();
        GoldenTracking.Check(golden, Trackers.Create(GoldenTracking.ByteTrackOf(parameters), rate, new TrackIds()));
    }

    [Theory]
    [MemberData(nameof(ByteTrackCases))]
    public void Masks_CaseWithoutMasks_EqualsByteTrack(string name)
    {
        var golden = GoldenTracking.Read(name);
        var parameters = golden.GetProperty("parameters");
        var rate = parameters.GetProperty("frame_rate").GetDouble();
        var settings = GoldenTracking.ByteTrackOf(parameters) with { Kind = TrackerKind.Masks };
        GoldenTracking.Check(golden, Trackers.Create(settings, rate, new TrackIds()));
    }

    [Theory]
    [MemberData(nameof(OcSortCases))]
    public void OcSort_Case_EqualsTheReference(string name)
    {
        var golden = GoldenTracking.Read(name);
        var settings = GoldenTracking.OcSortOf(golden.GetProperty("parameters"));
        GoldenTracking.Check(golden, Trackers.Create(settings, 30, new TrackIds()));
    }

    [Fact]
    public void Cases_FolderWithoutOne_IsAnError()
    {
        Assert.Throws<FileNotFoundException>(() => GoldenTracking.Cases("nothing_*.json.gz"));
    }
}
