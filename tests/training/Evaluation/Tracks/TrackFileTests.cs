using System.Globalization;
using Streaming.Training.Evaluation;
using Streaming.Training.Evaluation.Tracks;

namespace Streaming.Training.Tests.Evaluation.Tracks;

/// <summary>MOTChallenge's text and frames/1: what counts, and what is said of a wrong line.</summary>
public sealed class TrackFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public void Read_GoldenVideosAsText_GivesThemBack()
    {
        foreach (var name in GoldenTracks.Videos)
        {
            var truth = GoldenTracks.Read(name).Truth;
            var rows = truth.Frames.SelectMany(frame => truth[frame].Select(box => string.Create(
                CultureInfo.InvariantCulture,
                $"{frame},{box.Id},{box.Box.X:R},{box.Box.Y:R},{box.Box.Width:R},{box.Box.Height:R},1,1,1")));
            var read = TrackFile.Read(Write("a.txt", [.. rows]), isTruth: true);
            Assert.Equal(truth.Frames, read.Frames);
            Assert.All(truth.Frames, frame => Assert.Equal(truth[frame], read[frame]));
        }
    }

    [Fact]
    public void Read_RowOfConfidence0_CountsAsResultAndNotAsTruth()
    {
        var path = Write(
            "a.txt", "1,1,0,0,10,10,1,1,1", "", "1.0, 2, 0, 0, 10, 10, 0.9", "7,3,0,0,10,10,0,", "2,-1,0,0,10,10,-1,-1,-1");
        var (truth, results) = (TrackFile.Read(path, isTruth: true), TrackFile.Read(path, isTruth: false));
        Assert.Equal([1, 2], truth.Frames);
        Assert.Equal(1, Assert.Single(truth[1]).Id);
        Assert.Equal(-1, Assert.Single(truth[2]).Id);
        Assert.Equal([1, 2, 7], results.Frames);
        Assert.Equal([1, 2], results[1].Select(box => box.Id));
        Assert.Equal((7, 7), (truth.Length, results.Length));
    }

    [Fact]
    public void Read_JsonLines_TakesTracksOfAllFramesGatedOnesToo()
    {
        var path = Write(
            "a.jsonl",
            """{"type":"stream_start","schema":"frames/1"}""",
            """{"type":"frame","frame_index":2,"detections":["""
            + """{"track_id":5,"bbox":[1.5,2,3,4]},{"track_id":null,"bbox":[0,0,1,1]}]}""",
            """{"type":"frame","frame_index":3,"gated":true,"detections":[{"track_id":5,"bbox":[2,2,3,4]}]}""",
            """{"type":"frame","frame_index":9,"detections":[]}""",
            """{"type":"stream_end"}""");
        var tracks = TrackFile.Read(path, isTruth: false);
        Assert.Equal([3, 4], tracks.Frames);
        Assert.Equal(new TrackedBox(5, new CocoBox(1.5, 2, 3, 4)), Assert.Single(tracks[3]));
        Assert.Equal((10, 1), (tracks.Length, tracks.Untracked));
    }

    [Theory]
    [InlineData("a.txt", "1,1,0,0,10", "5 columns; a row is frame,id,x,y,width,height[,confidence[,class[,visibility]]].")]
    [InlineData("a.txt", "0,1,0,0,10,10,1", "frame 0; frames are numbered from 1.")]
    [InlineData("a.txt", "1,1.5,0,0,10,10,1", "id '1.5' is no whole number; a row is frame,id")]
    [InlineData("a.txt", "1,1,0,0,ten,10,1", "width 'ten' is no number; a row is frame,id")]
    [InlineData("a.txt", "1,1,0,nan,10,10,1", "y 'nan' is no number; a row is frame,id")]
    [InlineData("a.txt", "1,1,0,0,-10,10,1", "a box of -10 x 10 pixels; width and height must be 0 or more.")]
    [InlineData("a.txt", "3,9,1,1,5,5,1", "frame 3 has the id 9 twice; an object has one box a frame.")]
    [InlineData("a.jsonl", "{\"type\":\"frame\"}", "has no 'frame_index': JSON lines of 'streaming run' (frames/1) are allowed.")]
    [InlineData("a.jsonl", "{\"type\":\"frame\",\"frame_index\":", "Expected depth to be zero")]
    [InlineData("a.jsonl", "[]", "The requested operation requires an element of type 'Object'")]
    [InlineData(
        "a.jsonl",
        """{"type":"frame","frame_index":2,"detections":[]}""",
        "frame_index 2 after 2; a file must hold the frames of one source, in order.")]
    [InlineData(
        "a.jsonl",
        """{"type":"frame","frame_index":3,"detections":[{"track_id":1,"bbox":[0,0,1,1]},{"track_id":1,"bbox":[0,0,1,1]}]}""",
        "the track_id 1 stands there twice; an object has one box a frame.")]
    [InlineData(
        "a.jsonl",
        """{"type":"frame","frame_index":3,"detections":[{"track_id":1,"bbox":[0,0,1]}]}""",
        "Index was outside the bounds of the array. JSON lines")]
    public void Read_WrongLine_NamesFileLineAndWhatIsAllowed(string name, string line, string expected)
    {
        var good = name == "a.txt" ? "3,9,0,0,10,10,1" : """{"type":"frame","frame_index":2,"detections":[]}""";
        var path = Write(name, good, line);
        var exception = Assert.Throws<TrackFileException>(() => TrackFile.Read(path, isTruth: true));
        Assert.StartsWith($"{path}, line 2: {expected}", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_FileThatHoldsNoTracks_SaysWhy()
    {
        var path = Write("a.jsonl", """{"type":"frame","frame_index":0,"detections":[{"track_id":null,"bbox":[0,0,1,1]}]}""");
        var exception = Assert.Throws<TrackFileException>(() => TrackFile.Read(path, isTruth: false));
        Assert.Equal(
            $"{path}: none of 1 detections has a track_id: 'streaming run --track' gives them.", exception.Message);
        exception = Assert.Throws<TrackFileException>(() => TrackFile.Read(_folder.File("no.txt"), isTruth: false));
        Assert.StartsWith($"{_folder.File("no.txt")}: cannot be read: ", exception.Message, StringComparison.Ordinal);
        exception = Assert.Throws<TrackFileException>(() => TrackFile.Read(_folder.File("a.mp4"), isTruth: false));
        Assert.Contains("MOTChallenge's text (.txt)", exception.Message, StringComparison.Ordinal);
    }

    private string Write(string name, params string[] lines)
    {
        return _folder.File(name, string.Join('\n', lines));
    }
}
