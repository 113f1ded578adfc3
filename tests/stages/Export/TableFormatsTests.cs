using System.Globalization;
using Parquet;
using Streaming.Stages.Export;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Tests.Export;

/// <summary>CSV read by RFC 4180 and Parquet read by its package hold the same, and what was recorded.</summary>
public sealed class TableFormatsTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ExportRecord _record;

    public TableFormatsTests()
    {
        _record = new ExportRecord(_folder.Path);
        var frame = ExportRecord.Frame(
            "cam",
            7,
            ExportRecord.Object(0, 0.875f, new(1, 2, 5, 6), track: 2),
            ExportRecord.Object(1, 0.123456f, new(3.125f, 2, 9.5f, 8), hasMask: false));
        _record.Write("cam.jsonl", ExportRecord.Lines("cam", "run", 0, frame, frame with
        {
            Events =
            [
                new ObjectEvent("cam-0-7-0", ObjectEventKind.LineCrossed, 0, TimeSpan.FromSeconds(1), DateTimeOffset.UnixEpoch)
                {
                    Line = "gate, \"north\"\nside",
                    Dwell = TimeSpan.FromSeconds(1.5),
                    TrackId = 2,
                    Subject = new EventSubject(ExportRecord.Categories[0], 0.875f, new(1, 2, 5, 6)),
                    Events = ["a", "b"],
                },
            ],
        }));
    }

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public void Csv_Detections_HoldWhatWasRecorded()
    {
        var rows = Csv(Path.Combine(_record.Export(new CsvFormat()), "detections.csv"));
        Assert.Equal(5, rows.Count);
        var (first, second) = (Row(rows, 1), Row(rows, 2));
        var mask = ExportRecord.Object(0, 1, new(1, 2, 5, 6)).Mask!.ToString();
        string[] expected =
        [
            "cam", "run", "0", "7", "280000000", "1970-01-01T00:00:00.000000Z", "", "16", "12", "false", "0", "2", "0.5", "3",
            "tracked", "1", "person", "0.875", "1", "2", "4", "4", "15", mask,
        ];
        Assert.Equal(expected, rows[1]);
        Assert.Equal("big \"red\", <car>", second["category"]);
        Assert.Equal(("0.123456", "3.125", "", ""), (second["score"], second["x"], second["track_id"], second["mask_counts"]));
        Assert.Equal("person", first["category"]);
    }

    [Fact]
    public void Csv_Events_HoldWhatWasRecorded()
    {
        var rows = Csv(Path.Combine(_record.Export(new CsvFormat()), "events.csv"));
        Assert.Equal(2, rows.Count);
        var row = Row(rows, 1);
        Assert.Equal(
            ("line_crossed", "gate, \"north\"\nside", "1.5", "2", "person", "a b", "7"),
            (row["event"], row["line"], row["dwell_s"], row["track_id"], row["category"], row["events"], row["frame_index"]));
    }

    [Theory]
    [InlineData("detections")]
    [InlineData("events")]
    public async Task Parquet_HoldsTheSameAsCsv(string table)
    {
        var rows = Csv(Path.Combine(_record.Export(new CsvFormat()), $"{table}.csv"));
        var path = Path.Combine(_record.Export(new ParquetFormat()), $"{table}.parquet");
        await using var reader = await ParquetReader.CreateAsync(path, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(rows[0], reader.Schema.DataFields.Select(field => field.Name));
        Assert.Equal(1, reader.RowGroupCount);
        using var group = reader.OpenRowGroupReader(0);
        var count = (int)group.RowCount;
        Assert.Equal(rows.Count - 1, count);
        for (var i = 0; i < rows[0].Length; i++)
        {
            var field = reader.Schema.DataFields[i];
            var values = field.ClrType == typeof(long) ? await ReadAsync<long>(group, field, count)
                : field.ClrType == typeof(bool) ? await ReadAsync<bool>(group, field, count)
                : field.ClrType == typeof(double) ? await ReadAsync<double>(group, field, count)
                : await ReadTextsAsync(group, field, count);
            Assert.Equal(rows.Skip(1).Select(row => row[i]), values.Select(Text));
        }
    }

    [Fact]
    public async Task Parquet_ManyRows_AreInGroups()
    {
        var frame = ExportRecord.Frame(
            "cam", 0, [.. Enumerable.Range(0, 100).Select(_ => ExportRecord.Object(0, 0.5f, new(1, 2, 5, 6), hasMask: false))]);
        _record.Write("cam.jsonl", ExportRecord.Lines("cam", "run", 0, [.. Enumerable.Repeat(frame, 700)]));
        var path = Path.Combine(_record.Export(new ParquetFormat()), "detections.parquet");
        await using var reader = await ParquetReader.CreateAsync(path, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(3, reader.RowGroupCount);
        Assert.Equal(70_000, reader.RowGroups.Sum(group => group.RowCount));
    }

    private static async Task<object?[]> ReadAsync<T>(ParquetRowGroupReader group, Parquet.Schema.DataField field, int count)
        where T : struct
    {
        var values = new T?[count];
        await group.ReadAsync<T>(field, values.AsMemory(), cancellationToken: TestContext.Current.CancellationToken);
        return [.. values.Select(value => (object?)value)];
    }

    private static async Task<object?[]> ReadTextsAsync(ParquetRowGroupReader group, Parquet.Schema.DataField field, int count)
    {
        var texts = new string?[count];
        await group.ReadAsync(field, texts.AsMemory()!, cancellationToken: TestContext.Current.CancellationToken);
        return texts;
    }

    private static string Text(object? value)
    {
        return value is bool flag ? flag ? "true" : "false" : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
    }

    private static Dictionary<string, string> Row(List<string[]> rows, int number)
    {
        return rows[0].Zip(rows[number]).ToDictionary(pair => pair.First, pair => pair.Second);
    }

    /// <summary>RFC 4180, sign by sign: every line ends with CRLF, and all have as many fields as the first.</summary>
    private static List<string[]> Csv(string path)
    {
        var (text, rows, row, field, at) = (File.ReadAllText(path), new List<string[]>(), new List<string>(), "", 0);
        while (at < text.Length)
        {
            if (field.Length == 0 && text[at] == '"')
            {
                for (at++; text[at] != '"' || (at + 1 < text.Length && text[at + 1] == '"'); at++)
                {
                    at += text[at] == '"' ? 1 : 0;
                    field += text[at];
                }

                at++;
            }
            else if (text[at] is ',' or '\r')
            {
                row.Add(field);
                field = "";
                if (text[at++] == '\r')
                {
                    Assert.Equal('\n', text[at++]);
                    rows.Add([.. row]);
                    row.Clear();
                }
            }
            else
            {
                Assert.NotEqual('"', text[at]);
                field += text[at++];
            }
        }

        Assert.Empty(row);
        Assert.All(rows, fields => Assert.Equal(rows[0].Length, fields.Length));
        return rows;
    }
}
