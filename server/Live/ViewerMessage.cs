using System.Text.Json;
using System.Text.Json.Serialization;

namespace Streaming.Server.Live;

/// <summary>What a viewer says.</summary>
/// <param name="Watch">All that it wants to see from now on; null when that stays.</param>
/// <param name="Ack">A picture that it has drawn; null for none.</param>
internal sealed record ViewerMessage(IReadOnlyList<WatchRequest>? Watch, Acknowledgement? Ack)
{
    /// <summary>Reads a message.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static ViewerMessage Parse(ReadOnlyMemory<byte> text)
    {
        try
        {
            return JsonSerializer.Deserialize(text.Span, ViewerJson.Default.ViewerMessage) ?? throw new FormatException();
        }
        catch (JsonException exception)
        {
            throw new FormatException("This is no message of a viewer.", exception);
        }
    }
}

/// <summary>A source that a viewer wants to see.</summary>
/// <param name="Id">The source.</param>
/// <param name="Size">"tile" or "full".</param>
internal sealed record WatchRequest(string? Id, string? Size);

/// <summary>A picture was drawn.</summary>
/// <param name="Id">Its source.</param>
/// <param name="Number">Its number.</param>
internal sealed record Acknowledgement(string? Id, [property: JsonPropertyName("n")] long Number);

/// <summary>Reads <see cref="ViewerMessage"/> without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ViewerMessage))]
internal sealed partial class ViewerJson : JsonSerializerContext;
