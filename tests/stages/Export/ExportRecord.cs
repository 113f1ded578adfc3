using Streaming.Config.Zoo;
using Streaming.Model.Structures;
using Streaming.Stages.Emit;
using Streaming.Stages.Export;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Tests.Export;

/// <summary>Writes records as a run does, and exports them.</summary>
internal sealed class ExportRecord(string folder)
{
    public static readonly ImageSize Size = new(12, 16);

    /// <summary>A class whose name needs quotes everywhere.</summary>
    public static readonly IReadOnlyList<Category> Categories = [new(1, "person"), new(3, "big \"red\", <car>")];

    public List<string> Warnings { get; } = [];

    /// <summary>A detection whose mask fills the pixels of its box but for the first one.</summary>
    public static Detection Object(int type, float score, Box box, long? track = null, bool hasMask = true)
    {
        var pixels = new byte[Size.Height * Size.Width];
        for (var y = (int)box.Y0; y < box.Y1; y++)
        {
            for (var x = (int)box.X0; x < box.X1; x++)
            {
                pixels[(y * Size.Width) + x] = x == (int)box.X0 && y == (int)box.Y0 ? (byte)0 : (byte)1;
            }
        }

        return new Detection(
            type,
            Categories[type],
            score,
            box,
            hasMask ? Rle.Encode(pixels, Size) : null,
            track is { } id ? new TrackInfo(id, TimeSpan.FromSeconds(0.5), 3) : null);
    }

    public static FrameResult Frame(string source, long index, params Detection[] detections)
    {
        return new FrameResult(
            new FrameIdentity(
                source, 0, index, TimeSpan.FromMilliseconds(40 * index), PtsOrigin.Container, DateTimeOffset.UnixEpoch),
            Size,
            detections);
    }

    /// <summary>The lines of a source; with an end as when the run was complete.</summary>
    public static byte[] Lines(string source, string run, int startedAt, params FrameResult[] frames)
    {
        var info = Frames.Run with
        {
            RunId = run,
            Categories = Categories,
            StartedAt = DateTimeOffset.UnixEpoch.AddSeconds(startedAt),
        };
        using var line = new JsonLineBuffer();
        using var bytes = new MemoryStream();
        bytes.Write(line.Format(json => JsonLines.WriteStart(json, info, Frames.Source(source, Size), null)));
        foreach (var frame in frames)
        {
            bytes.Write(line.Format(json => JsonLines.WriteFrame(json, run, frame)));
        }

        return bytes.ToArray();
    }

    public string Write(string name, params byte[][] parts)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllBytes(path, [.. parts.SelectMany(part => part)]);
        return path;
    }

    /// <summary>Exports all that was written; the path is that of the export.</summary>
    public string Export(ExportFormat format, ExportOptions? options = null, string? input = null)
    {
        var output = Path.Combine(folder, format.Key);
        Exporter.Run(input ?? folder, format, output, options ?? new ExportOptions(), Warnings.Add, CancellationToken.None);
        return output;
    }

    /// <summary>Whether pixels' centres lie within a polygon, by the rule of even and odd.</summary>
    public static byte[] Fill(IReadOnlyList<(double X, double Y)> polygon, ImageSize size)
    {
        var pixels = new byte[size.Height * size.Width];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (x, y) = ((i % size.Width) + 0.5, (i / size.Width) + 0.5);
            for (var j = 0; j < polygon.Count; j++)
            {
                var (a, b) = (polygon[j], polygon[(j + 1) % polygon.Count]);
                if (a.Y > y != b.Y > y && x < a.X + ((y - a.Y) / (b.Y - a.Y) * (b.X - a.X)))
                {
                    pixels[i] ^= 1;
                }
            }
        }

        return pixels;
    }
}
