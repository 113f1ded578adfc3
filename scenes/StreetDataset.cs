using System.Globalization;
using System.Text.Json;
using OpenCvSharp;
using Streaming.Model.Structures;
using Streaming.Stages.Emit;

namespace Streaming.Scenes;

/// <summary>Draws pictures of streets with exact masks as a data set in COCO's format: images/ and annotations.json.</summary>
internal static class StreetDataset
{
    private const int Quality = 92;

    /// <summary>Draws a data set. The same arguments give the same one.</summary>
    /// <param name="folder">Is created; files of the same names are replaced.</param>
    /// <param name="count">Pictures, each of another street.</param>
    /// <param name="street">Which streets, and the classes in their order.</param>
    /// <param name="progress">Told how many pictures there are.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Number of objects by kind.</returns>
    /// <exception cref="EmitException">The folder cannot be written.</exception>
    public static IReadOnlyDictionary<StreetKind, int> Write(
        string folder,
        int count,
        StreetAddress street,
        Action<int> progress,
        CancellationToken cancellationToken)
    {
        var images = Path.Combine(folder, "images");
        try
        {
            Directory.CreateDirectory(images);
            var objects = new IReadOnlyList<StreetObject>[count];
            var done = 0;
            Parallel.For(0, count, new ParallelOptions { CancellationToken = cancellationToken }, i =>
            {
                // Each picture shows another street at another moment.
                var scene = (street with { Seed = (street.Seed << 32) + i }).Open();
                using var picture = new Mat(scene.Size.Height, scene.Size.Width, MatType.CV_8UC3);
                objects[i] = scene.Draw(picture, i * 0.37 % 997, listsObjects: true);
                var path = Path.Combine(images, NameOf(i));
                if (!Cv2.ImWrite(path, picture, [(int)ImwriteFlags.JpegQuality, Quality]))
                {
                    throw new EmitException($"{path}: cannot be written; is the disk full?");
                }

                progress(Interlocked.Increment(ref done));
            });
            WriteAnnotations(Path.Combine(folder, "annotations.json"), objects, street.Size, street.Kinds);
            return street.Kinds.ToDictionary(kind => kind, kind => objects.Sum(list => list.Count(item => item.Kind == kind)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw EmitException.For(folder, exception);
        }
        catch (AggregateException exception)
            when (exception.InnerExceptions.OfType<EmitException>().FirstOrDefault() is { } first)
        {
            throw first;
        }
    }

    private static string NameOf(int image)
    {
        return string.Create(CultureInfo.InvariantCulture, $"{image + 1:d6}.jpg");
    }

    private static void WriteAnnotations(
        string path, IReadOnlyList<StreetObject>[] objects, ImageSize size, IReadOnlyList<StreetKind> kinds)
    {
        using var file = File.Create(path);
        using var json = new Utf8JsonWriter(file);
        json.WriteStartObject();
        json.WriteStartArray("images");
        for (var i = 0; i < objects.Length; i++)
        {
            json.WriteStartObject();
            json.WriteNumber("id", i + 1);
            json.WriteString("file_name", NameOf(i));
            json.WriteNumber("width", size.Width);
            json.WriteNumber("height", size.Height);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("categories");
        for (var i = 0; i < kinds.Count; i++)
        {
            json.WriteStartObject();
            json.WriteNumber("id", i + 1);
            json.WriteString("name", kinds[i].ToString().ToLowerInvariant());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("annotations");
        var id = 0;
        for (var i = 0; i < objects.Length; i++)
        {
            foreach (var item in objects[i])
            {
                WriteAnnotation(json, ++id, i + 1, kinds.ToList().IndexOf(item.Kind) + 1, item.Mask);
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteAnnotation(Utf8JsonWriter json, int id, int image, int category, Rle mask)
    {
        var (x, y, width, height) = mask.BoundingBox();
        json.WriteStartObject();
        json.WriteNumber("id", id);
        json.WriteNumber("image_id", image);
        json.WriteNumber("category_id", category);
        json.WriteNumber("iscrowd", 0);
        json.WriteNumber("area", mask.Area);
        json.WriteStartArray("bbox");
        foreach (var value in new[] { x, y, width, height })
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
        CocoJson.WriteSegmentation(json, mask);
        json.WriteEndObject();
    }
}
