using Streaming.Stages.Emit;
using Streaming.Stages.Export;

namespace Streaming.Stages.Tests.Export;

public sealed class ExporterTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private ExportRecord Record => new(_folder.Path);

    public static TheoryData<string> Formats => [.. ExportFormats.All.Select(format => format.Key)];

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Run_Twice_IsRefusedAndOverwritesWhenAsked(string key)
    {
        var format = ExportFormats.All.Single(item => item.Key == key);
        WriteRecord(2);
        var output = Record.Export(format);
        var first = Contents(output);
        var own = Path.Combine(output, "own.txt");
        File.WriteAllText(own, "mine");
        var message = Assert.Throws<ExportUseException>(() => Record.Export(format)).Message;
        Assert.Contains("exists already", message, StringComparison.Ordinal);

        WriteRecord(1);
        Record.Export(format, new ExportOptions { Overwrite = true });
        Assert.Equal("mine", File.ReadAllText(own));
        File.Delete(own);
        Assert.NotEqual(first, Contents(output));
        WriteRecord(2);
        Record.Export(format, new ExportOptions { Overwrite = true });
        Assert.Equal(first, Contents(output));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Run_DamagedRecord_LeavesTheEarlierExport(string key)
    {
        var format = ExportFormats.All.Single(item => item.Key == key);
        WriteRecord(2);
        var output = Record.Export(format);
        var first = Contents(output);
        var lines = File.ReadAllLines(_folder.File("cam.jsonl"));
        File.WriteAllLines(_folder.File("cam.jsonl"), [.. lines[..2], "no line", lines[2]]);
        Assert.Throws<EmitException>(() => Record.Export(format, new ExportOptions { Overwrite = true }));
        Assert.Equal(first, Contents(output));
        Directory.Delete(output, recursive: true);
        Assert.Throws<EmitException>(() => Record.Export(format));
        Assert.False(Path.Exists(output));
    }

    [Fact]
    public void Run_UnknownSource_NamesThoseThatThereAre()
    {
        WriteRecord(1);
        var exception = Assert.Throws<ExportUseException>(
            () => Record.Export(new CsvFormat(), new ExportOptions { Sources = ["cm"] }));
        Assert.Equal("--sources cm: there is no such source; there are: cam.", exception.Message);
        Assert.False(Path.Exists(_folder.File("csv")));
    }

    [Fact]
    public void Run_MasksForAFormatWithoutChoice_IsRefused()
    {
        WriteRecord(1);
        var exception = Assert.Throws<ExportUseException>(
            () => Record.Export(new MotFormat(), new ExportOptions { Masks = true }));
        Assert.Contains("yolo and cvat", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_ScoreAndTracks_FilterDetections()
    {
        WriteRecord(1);
        Assert.Equal(3, Rows(new ExportOptions()));
        Assert.Equal(2, Rows(new ExportOptions { MinScore = 0.5 }));
        Assert.Equal(1, Rows(new ExportOptions { TrackedOnly = true }));

        int Rows(ExportOptions options)
        {
            var output = Record.Export(new CsvFormat(), options with { Overwrite = true });
            return File.ReadAllLines(Path.Combine(output, "detections.csv")).Length - 1;
        }
    }

    private void WriteRecord(int frames)
    {
        Record.Write("cam.jsonl", ExportRecord.Lines("cam", "run", 0, [.. Enumerable.Range(0, frames).Select(index =>
            ExportRecord.Frame(
                "cam",
                index,
                ExportRecord.Object(0, 0.9f, new(1, 2, 5, 6), track: 1),
                ExportRecord.Object(1, 0.5f, new(3, 2, 9, 8)),
                ExportRecord.Object(1, 0.25f, new(0, 0, 4, 4))))]));
    }

    private static string[] Contents(string folder)
    {
        return
        [
            .. Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Select(file => $"{Path.GetRelativePath(folder, file)}: {Convert.ToHexString(File.ReadAllBytes(file))}"),
        ];
    }
}
