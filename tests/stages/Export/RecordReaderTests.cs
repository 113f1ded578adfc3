using System.Text;
using Streaming.Stages.Emit;
using Streaming.Stages.Export;

namespace Streaming.Stages.Tests.Export;

public sealed class RecordReaderTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<string> _warnings = [];

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public void Read_SegmentsAndRuns_CountOnInOrderOfTime()
    {
        var record = new ExportRecord(_folder.Path);
        var car = ExportRecord.Object(1, 0.9f, new(1, 2, 5, 6), track: 4);
        // By their names they would come in another order.
        record.Write("b.jsonl", ExportRecord.Lines("cam", "run-2", 60, ExportRecord.Frame("cam", 0, car)));
        record.Write("z.jsonl", ExportRecord.Lines(
            "cam", "run-1", 0, ExportRecord.Frame("cam", 0, car), ExportRecord.Frame("cam", 2, car)));
        var later = ExportRecord.Frame("cam", 0);
        record.Write("c.jsonl", ExportRecord.Lines(
            "cam", "run-1", 0, ExportRecord.Frame("cam", 5, car), later with { Identity = later.Identity with { Epoch = 1 } }));
        var frames = Read();
        Assert.Equal(
            [("run-1", 0L), ("run-1", 2L), ("run-1", 5L), ("run-1", 6L), ("run-2", 7L)],
            frames.Select(frame => (frame.Stream.RunId, frame.Number)));
        Assert.Equal([4L, 8L], frames.SelectMany(frame => frame.Objects).Select(item => item.Track!.Value).Distinct());
        Assert.Empty(_warnings);
    }

    [Fact]
    public void Read_SourcesInOneFile_AreToldApart()
    {
        var record = new ExportRecord(_folder.Path);
        record.Write(
            "all.jsonl",
            ExportRecord.Lines("a", "run", 0, ExportRecord.Frame("a", 0)),
            ExportRecord.Lines("b", "run", 0, ExportRecord.Frame("b", 0), ExportRecord.Frame("a", 1)));
        Assert.Equal([("a", 0L), ("b", 0L), ("a", 1L)], Read().Select(frame => (frame.Stream.SourceId, frame.Number)));
        Assert.Equal([0L, 1L], Read(new ExportOptions { Sources = ["a"] }).Select(frame => frame.Number));
    }

    [Fact]
    public void Read_CutOffAnywhere_GivesTheWholeLinesAndAWarning()
    {
        var record = new ExportRecord(_folder.Path);
        var whole = ExportRecord.Lines("cam", "run", 0, ExportRecord.Frame("cam", 0), ExportRecord.Frame("cam", 1));
        var (first, last) = (Array.IndexOf(whole, (byte)'\n') + 1, whole.AsSpan(..^1).LastIndexOf((byte)'\n') + 1);
        for (var length = first; length <= whole.Length; length += 7)
        {
            _warnings.Clear();
            var path = record.Write("cam.jsonl", whole[..length]);
            Assert.Equal(whole[first..length].Count(b => b == '\n'), Read().Count);
            Assert.Equal(length == first || length == last || length == whole.Length ? 0 : 1, _warnings.Count);
            Assert.All(_warnings, text => Assert.StartsWith($"{path}:", text, StringComparison.Ordinal));
        }

        _warnings.Clear();
        record.Write("cam.jsonl", whole, "{\"type\":\"fra\0\0\n"u8.ToArray());
        Assert.Equal(2, Read().Count);
        Assert.Contains(":4: the last line is cut off", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"frame_index\":1,", "\"frame_index\":x,")]
    [InlineData("\"frame_index\":1,", "")]
    [InlineData("\"source_id\":\"cam\",\"epoch\":0,\"frame_index\":1", "\"source_id\":\"other\",\"epoch\":0,\"frame_index\":1")]
    public void Read_DamageBeforeTheEnd_NamesFileAndLine(string sound, string damaged)
    {
        var record = new ExportRecord(_folder.Path);
        var text = Encoding.UTF8.GetString(ExportRecord.Lines(
            "cam", "run", 0, ExportRecord.Frame("cam", 0), ExportRecord.Frame("cam", 1), ExportRecord.Frame("cam", 2)));
        Assert.Contains(sound, text, StringComparison.Ordinal);
        var path = record.Write("cam.jsonl", Encoding.UTF8.GetBytes(text.Replace(sound, damaged, StringComparison.Ordinal)));
        Assert.StartsWith($"{path}:3: ", Assert.Throws<EmitException>(() => Read()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_OtherFiles_AreLeftOutWithAWarning()
    {
        var record = new ExportRecord(_folder.Path);
        record.Write("cam.jsonl", ExportRecord.Lines("cam", "run", 0, ExportRecord.Frame("cam", 0)));
        record.Write("events.jsonl", "{\"type\":\"other\"}\n"u8.ToArray());
        record.Write("cam.damaged-1.jsonl", ExportRecord.Lines("cam", "old", 0, ExportRecord.Frame("cam", 0)));
        Assert.Equal("run", Assert.Single(Read()).Stream.RunId);
        Assert.Equal(2, _warnings.Count);
    }

    [Fact]
    public void Find_NothingThere_IsWrongUse()
    {
        Assert.Throws<ExportUseException>(() => Read());
        Assert.Throws<ExportUseException>(() => RecordFile.Find(_folder.File("none"), _warnings.Add));
        Assert.Throws<ExportUseException>(() => RecordFile.Find(_folder.File("text.jsonl", "text\n"), _warnings.Add));
    }

    private List<ExportedFrame> Read(ExportOptions? options = null)
    {
        var reader = new RecordReader(options ?? new ExportOptions(), _warnings.Add);
        return [.. RecordFile.Find(_folder.Path, _warnings.Add).SelectMany(file => reader.Read(file.Path))];
    }
}
