using Streaming.Model.Structures;

namespace Streaming.Training.Evaluation;

/// <summary>An object that a person has marked, or that a network has found.</summary>
/// <param name="ImageId">The picture.</param>
/// <param name="CategoryId">Its class.</param>
/// <param name="Box">x, y, width, height in pixels.</param>
/// <param name="Outline">Null without one.</param>
/// <param name="Area">In pixels, as the data set says it; of a found object that of its mask, or of its box (see <see
/// cref="CocoDataset.ReadResults"/>).</param>
/// <param name="IsCrowd">A group that nobody took apart: what is found in it counts neither as right nor as wrong.</param>
/// <param name="Score">Of found objects, 0 to 1.</param>
internal sealed record CocoObject(
    long ImageId, long CategoryId, CocoBox Box, CocoOutline? Outline, double Area, bool IsCrowd, double Score)
{
    /// <summary>The annotation's number; 0 where there is none.</summary>
    public long Id { get; init; }

    /// <summary>The outline's pixels.</summary>
    public Rle? Mask => Outline?.Mask;

    /// <summary>What a network has found.</summary>
    /// <param name="imageId">The picture.</param>
    /// <param name="categoryId">Its class, in the data set's numbers.</param>
    /// <param name="detection">The object.</param>
    public static CocoObject Of(long imageId, long categoryId, Detection detection)
    {
        var box = new CocoBox(detection.Box.X0, detection.Box.Y0, detection.Box.Width, detection.Box.Height);
        var outline = detection.Mask is { } mask ? new CocoOutline(mask) : null;
        var area = detection.Mask?.Area ?? (box.Width * box.Height);
        return new CocoObject(imageId, categoryId, box, outline, area, IsCrowd: false, detection.Score);
    }
}
