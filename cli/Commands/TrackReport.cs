using System.Globalization;
using System.Text;
using System.Text.Json;
using Spectre.Console;
using Streaming.Cli.Display;
using Streaming.Stages.Emit;
using Streaming.Training.Evaluation.Tracks;

namespace Streaming.Cli.Commands;

/// <summary>What `streaming evaluate --tracks` finds: the figures of each video and of all together.</summary>
/// <param name="videos">By name.</param>
internal sealed class TrackReport(IReadOnlyList<(string Name, TrackSummary Figures)> videos)
{
    /// <summary>The columns of the table; the JSON holds every figure.</summary>
    private static readonly string[] Ratios = ["HOTA", "DetA", "AssA", "IDF1", "MOTA"];
    private static readonly string[] Counts = ["IDSW", "Frag"];

    private readonly TrackSummary _combined = TrackSummary.Combine([.. videos.Select(video => video.Figures)]);

    /// <summary>Reads and compares two files, or the files of two folders.</summary>
    /// <param name="truth">The true tracks.</param>
    /// <param name="results">The tracks to compare with them.</param>
    /// <exception cref="TrackFileException">A file is missing or wrong.</exception>
    public static TrackReport Of(string truth, string results)
    {
        return new TrackReport([.. TrackPairs.Find(truth, results).Select(pair => (
            pair.Name,
            TrackSummary.Of(
                TrackFile.Read(pair.Truth, isTruth: true), TrackFile.Read(pair.Results, isTruth: false))))]);
    }

    /// <summary>Shows a table with percentages, or prints the JSON.</summary>
    public void Show(Terminal terminal, bool asJson)
    {
        if (asJson)
        {
            terminal.Out.WriteLine(Encoding.UTF8.GetString(ToJson()));
            return;
        }

        var table = new Table().RoundedBorder().AddColumn("").AddColumns([.. Ratios, .. Counts]);
        foreach (var (name, figures) in videos)
        {
            AddRow(table, name, figures);
        }

        if (videos.Count > 1)
        {
            table.AddEmptyRow();
            AddRow(table, "all together", _combined);
        }

        terminal.Console.Write(table);
    }

    /// <summary>Writes the JSON.</summary>
    /// <param name="path">Is replaced.</param>
    /// <exception cref="EmitException">It cannot be written.</exception>
    public void Write(string path)
    {
        try
        {
            File.WriteAllBytes(path, [.. ToJson(), (byte)'\n']);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw EmitException.For(path, exception);
        }
    }

    private static void AddRow(Table table, string name, TrackSummary figures)
    {
        table.AddRow([
            Markup.Escape(name),
            .. Ratios.Select(ratio => (100 * figures[ratio]).ToString("0.00", CultureInfo.InvariantCulture)),
            .. Counts.Select(count => figures[count].ToString("0", CultureInfo.InvariantCulture)),
        ]);
    }

    private byte[] ToJson()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteStartArray("alphas");
            HotaFigures.Alphas.ToList().ForEach(json.WriteNumberValue);
            json.WriteEndArray();
            json.WriteStartObject("sequences");
            foreach (var (name, figures) in videos)
            {
                Write(json, name, figures);
            }

            json.WriteEndObject();
            Write(json, "combined", _combined);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void Write(Utf8JsonWriter json, string name, TrackSummary summary)
    {
        json.WriteStartObject(name);
        foreach (var (figure, value) in summary.Figures)
        {
            json.WriteNumber(figure, value);
        }

        json.WriteStartObject("per_alpha");
        foreach (var (figure, values) in summary.Hota.PerAlpha)
        {
            json.WriteStartArray(figure);
            Array.ForEach(values, json.WriteNumberValue);
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
