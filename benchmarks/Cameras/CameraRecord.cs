using System.Text.Json;

namespace Streaming.Benchmarks.Cameras;

/// <summary>What the JSON lines of a camera say.</summary>
/// <param name="Seen">The frames that the network saw, with their age in milliseconds when they were emitted.</param>
/// <param name="Emitted">Frames, those too that the gate kept from the network.</param>
/// <param name="Dropped">Frames that were given up.</param>
internal sealed record CameraRecord(IReadOnlyList<(long Index, double Age)> Seen, int Emitted, long Dropped)
{
    /// <summary>Reads a camera's lines.</summary>
    public static CameraRecord Read(string path)
    {
        var (seen, emitted, dropped) = (new List<(long, double)>(), 0, 0L);
        foreach (var text in File.ReadLines(path))
        {
            using var document = JsonDocument.Parse(text);
            var line = document.RootElement;
            switch (line.GetProperty("type").GetString())
            {
                case "frame":
                    emitted++;
                    if (!line.TryGetProperty("gated", out _) && !line.TryGetProperty("error", out _))
                    {
                        seen.Add((
                            line.GetProperty("frame_index").GetInt64(),
                            line.GetProperty("timing_ms").GetProperty("e2e").GetDouble()));
                    }

                    break;
                case "stream_end":
                    dropped = line.GetProperty("frames_dropped").EnumerateObject().Sum(reason => reason.Value.GetInt64());
                    break;
            }
        }

        return new CameraRecord(seen, emitted, dropped);
    }
}
