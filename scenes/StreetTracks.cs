using System.Globalization;
using OpenCvSharp;
using Streaming.Stages.Emit;

namespace Streaming.Scenes;

/// <summary>The objects of a drawn street over time: the truth for trackers.</summary>
internal static class StreetTracks
{
    /// <summary>What is visible in each frame, with exact masks and ids.</summary>
    /// <param name="scene">The street.</param>
    /// <param name="rate">Frames a second.</param>
    /// <param name="count">Number of frames.</param>
    public static IEnumerable<IReadOnlyList<StreetObject>> Of(StreetScene scene, double rate, long count)
    {
        using var picture = new Mat(scene.Size.Height, scene.Size.Width, MatType.CV_8UC3);
        for (var index = 0L; index < count; index++)
        {
            yield return scene.Draw(picture, index / rate, listsObjects: true);
        }
    }

    /// <summary>
    /// Writes MOTChallenge's text: frame (from 1), id, x, y, width and height of the visible part, 1, class (from 1, in the order
    /// of <paramref name="kinds"/>), visible share.
    /// </summary>
    /// <param name="path">Is replaced.</param>
    /// <param name="frames">What <see cref="Of"/> gives.</param>
    /// <param name="kinds">The classes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The number of objects.</returns>
    /// <exception cref="EmitException">The file cannot be written.</exception>
    public static int Write(
        string path,
        IEnumerable<IReadOnlyList<StreetObject>> frames,
        IReadOnlyList<StreetKind> kinds,
        CancellationToken cancellationToken)
    {
        try
        {
            using var file = new StreamWriter(path) { NewLine = "\n" };
            var (frame, ids) = (0L, new HashSet<long>());
            foreach (var objects in frames)
            {
                cancellationToken.ThrowIfCancellationRequested();
                frame++;
                foreach (var item in objects)
                {
                    var (x, y, width, height) = item.Mask.BoundingBox();
                    var number = kinds.TakeWhile(kind => kind != item.Kind).Count() + 1;
                    file.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{frame},{item.Id},{x},{y},{width},{height},1,{number},{item.Visible:0.###}"));
                    ids.Add(item.Id);
                }
            }

            return ids.Count;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw EmitException.For(path, exception);
        }
    }
}
