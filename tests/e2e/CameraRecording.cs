using System.Text.Json;

namespace Streaming.EndToEnd.Tests;

/// <summary>
/// A clip that the program has recorded of a camera: the shipped model sees the sample video, which an RTSP server sends again
/// and again, until somebody appears in its second half.
/// </summary>
public sealed class CameraRecording : IAsyncLifetime
{
    private readonly TempFolder _folder = new();

    /// <summary>What the camera sends; key frames are four seconds apart.</summary>
    public static string Sent { get; } = Path.Combine(Golden.RepositoryRoot(), "samples", "street.mp4");

    /// <summary>What a clip shows before its first event, at least.</summary>
    public static TimeSpan Before { get; } = TimeSpan.FromSeconds(2);

    /// <summary>All events that were told.</summary>
    internal EventLine[] Events { get; private set; } = [];

    /// <summary>The one that tells the clip.</summary>
    internal EventLine Saved => Find(Events)!;

    /// <summary>The frames that were not dropped.</summary>
    internal (int Epoch, long Index, TimeSpan Pts)[] Frames { get; private set; } = [];

    /// <summary>The clip's file.</summary>
    public string Clip => Path.Combine(_folder.Path, Saved.Clip!);

    /// <summary>Records, where that is possible.</summary>
    public async ValueTask InitializeAsync()
    {
        if (!RtspServer.IsAvailable)
        {
            return;
        }

        using var server = new RtspServer();
        server.AddFile("cam", Sent);
        var config = Path.Combine(Path.GetDirectoryName(Sent)!, "demo.yaml");
        // A smaller picture leaves a slow machine more frames to track by.
        var file = _folder.File("run.yaml", $$"""
            model: { config: '{{config}}', devices: cpu, set: INPUT.MIN_SIZE_TEST=224 }
            output:
              folder: '{{_folder.Path}}'
              events: true
              clips: true
              clip_before_s: {{Before.TotalSeconds}}
              clip_after_s: 1
              clip_max_s: 4
              clip_events: [object_appeared]
            sources: [{ id: cam, input: '{{server.Url("cam")}}', track: bytetrack }]
            """);
        using var process = CommandLine.Start([], "run", file);
        var log = process.StandardError.ReadToEndAsync();
        await process.ExpectAsync(log, () => Find(EventLine.ReadAll(_folder.File("cam.events.jsonl"))) is not null);
        await process.SignalAsync("TERM");
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await log);
        Events = EventLine.ReadAll(_folder.File("cam.events.jsonl"));
        Frames = [.. File.ReadLines(_folder.File("cam.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.GetProperty("type").ValueEquals("frame"))
            .Select(line => (
                line.GetProperty("epoch").GetInt32(),
                line.GetProperty("frame_index").GetInt64(),
                TimeSpan.FromTicks(line.GetProperty("pts_ns").GetInt64() / TimeSpan.NanosecondsPerTick)))];
    }

    /// <summary>Removes it.</summary>
    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>A clip that must begin before the second key frame, unless its event is later than that by two seconds.</summary>
    private static EventLine? Find(EventLine[] lines)
    {
        return lines.FirstOrDefault(line => line.Event == "clip_saved"
            && lines.Single(item => item.Id == line.Events[0]).Pts >= TimeSpan.FromSeconds(4));
    }
}
