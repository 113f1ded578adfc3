using System.Text.Json;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Server.Detect;

/// <summary>What was found in pictures, as COCO's results have it: the same numbers as in JSON lines.</summary>
internal static class DetectJson
{
    /// <summary>Writes the answer for one picture.</summary>
    /// <param name="json">Inside an array.</param>
    /// <param name="name">The picture's name.</param>
    /// <param name="result">What was found; null with an error.</param>
    /// <param name="error">Why nothing was.</param>
    /// <param name="minScore">Least score of a detection.</param>
    public static void Write(Utf8JsonWriter json, string name, FrameResult? result, string? error, double minScore)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        if (result is not null)
        {
            json.WriteNumber("width", result.Size.Width);
            json.WriteNumber("height", result.Size.Height);
        }

        if ((error ?? result?.Error) is { } reason)
        {
            json.WriteString("error", reason);
        }

        json.WriteStartArray("detections");
        foreach (var detection in result?.Detections ?? [])
        {
            if (detection.Score < minScore)
            {
                continue;
            }

            json.WriteStartObject();
            JsonLines.WriteCategoryAndBox(json, detection);
            if (detection.Mask is { } mask)
            {
                json.WriteNumber("area", mask.Area);
                CocoJson.WriteSegmentation(json, mask);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
