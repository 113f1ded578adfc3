using System.Text.Json;

namespace Streaming.EndToEnd.Tests;

/// <summary>What tests look at in a line of events.</summary>
/// <param name="Id">The event's name.</param>
/// <param name="Event">What happened.</param>
/// <param name="Epoch">Of the source.</param>
/// <param name="Pts">When, in the video.</param>
/// <param name="Snapshot">A file in the output folder.</param>
/// <param name="Clip">A file in the output folder.</param>
/// <param name="Events">The events that a clip shows.</param>
internal sealed record EventLine(
    string Id, string Event, int Epoch, TimeSpan Pts, string? Snapshot, string? Clip, IReadOnlyList<string> Events)
{
    /// <summary>The whole lines of a file, which may not be there yet.</summary>
    public static EventLine[] ReadAll(string path)
    {
        return File.Exists(path) ? [.. File.ReadAllText(path).Split('\n')[..^1].Select(Parse)] : [];
    }

    private static EventLine Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        var root = document.RootElement;
        return new EventLine(
            root.GetProperty("id").GetString()!,
            root.GetProperty("event").GetString()!,
            root.GetProperty("epoch").GetInt32(),
            TimeSpan.FromTicks(root.GetProperty("pts_ns").GetInt64() / TimeSpan.NanosecondsPerTick),
            Text(root, "snapshot"),
            Text(root, "clip"),
            root.TryGetProperty("events", out var events) ? [.. events.EnumerateArray().Select(id => id.GetString()!)] : []);
    }

    private static string? Text(JsonElement line, string name)
    {
        return line.TryGetProperty(name, out var value) ? value.GetString() : null;
    }
}
