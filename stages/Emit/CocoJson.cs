using System.Text.Json;
using Streaming.Model.Structures;

namespace Streaming.Stages.Emit;

/// <summary>What all files in COCO's format have in common.</summary>
internal static class CocoJson
{
    /// <summary>Writes the member "segmentation": a mask as compressed run lengths, with its size as (height, width).</summary>
    /// <param name="json">Stands within an object.</param>
    /// <param name="mask">The mask.</param>
    public static void WriteSegmentation(Utf8JsonWriter json, Rle mask)
    {
        json.WriteStartObject("segmentation");
        json.WriteStartArray("size");
        json.WriteNumberValue(mask.Size.Height);
        json.WriteNumberValue(mask.Size.Width);
        json.WriteEndArray();
        json.WriteString("counts", mask.ToString());
        json.WriteEndObject();
    }
}
