using Streaming.Config.Zoo;
using Streaming.Model.Structures;

namespace Streaming.Model.Masks;

/// <summary>Turns what the network found into detections: names for classes, masks in the picture's pixels.</summary>
/// <param name="categories">The classes, in the model's order; a class without a name gets its number.</param>
internal sealed class DetectionBuilder(IReadOnlyList<Category> categories)
{
    /// <summary>The detections of a picture, best first.</summary>
    /// <param name="raw">What the network found.</param>
    public IReadOnlyList<Detection> Build(RawDetections raw)
    {
        var detections = new Detection[raw.Count];
        for (var i = 0; i < detections.Length; i++)
        {
            var mask = raw.MaskSide == 0 ? null : MaskPaster.PasteToRle(raw.Mask(i), raw.MaskSide, raw.Boxes[i], raw.ImageSize);
            detections[i] = new Detection(raw.Classes[i], CategoryOf(raw.Classes[i]), raw.Scores[i], raw.Boxes[i], mask);
        }

        return detections;
    }

    private Category CategoryOf(int classNumber)
    {
        return classNumber < categories.Count ? categories[classNumber] : new Category(classNumber, $"class-{classNumber}");
    }
}
