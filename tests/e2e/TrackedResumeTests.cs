using System.Text.Json.Nodes;

namespace Streaming.EndToEnd.Tests;

/// <summary>A batch job with a tracker, zones and lines that is killed (SIGKILL) and goes on.</summary>
public sealed class TrackedResumeTests : IDisposable
{
    /// <summary>
    /// What each run has of its own: its name, when it ran, and how long things took. An event of a file has the time of day at
    /// which its frame was decoded.
    /// </summary>
    private static readonly string[] Varying = ["run_id", "started_at", "capture_time", "timing_ms", "at"];

    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Theory]
    [InlineData(4)]
    [InlineData(50, Traits = ["Category", "Slow"])]
    public async Task Resume_AfterKillsAtRandomMoments_TellsTheTracksAndEventsOfAnUninterruptedRun(int kills)
    {
        var whole = _folder.File("whole");
        var started = TimeProvider.System.GetTimestamp();
        var (code, error) = await CommandLine.RunProcessAsync([], "run", RunFile(whole));
        var duration = TimeProvider.System.GetElapsedTime(started);
        Assert.True(code == 0, error);
        var (frames, events) = (Comparable(whole, "street.jsonl"), Comparable(whole, "street.events.jsonl"));
        string[] kinds =
        [
            "clip_saved", "line_crossed", "loitering", "object_appeared", "object_left", "occupancy_changed", "zone_entered",
            "zone_left",
        ];
        Assert.Equal(kinds, events.Select(line => JsonNode.Parse(line)!["event"]!.GetValue<string>()).Distinct().Order());

        var random = new Random(kills);
        for (var killed = 0; killed < kills;)
        {
            var output = _folder.File($"out{killed}");
            for (var isComplete = false; !isComplete;)
            {
                using var process = CommandLine.Start([], "run", RunFile(output));
                var log = process.StandardError.ReadToEndAsync();
                // Most of a short job is its start, where little can break: rather kill it later.
                var moment = duration * Math.Sqrt(random.NextDouble());
                isComplete = process.WaitForExit(killed < kills ? moment : TimeSpan.FromMinutes(5));
                if (!isComplete)
                {
                    process.Kill();
                    killed++;
                }

                await process.WaitForExitAsync(TestContext.Current.CancellationToken);
                Assert.True(!isComplete || process.ExitCode == 0, await log);
            }

            Assert.Equal(frames, Comparable(output, "street.jsonl"));
            Assert.Equal(events, Comparable(output, "street.events.jsonl"));
            Assert.Equal(Kept(whole), Kept(output));
        }
    }

    private static string[] Comparable(string output, string lines)
    {
        return [.. File.ReadAllLines(Path.Combine(output, lines)).Select(line =>
        {
            var json = JsonNode.Parse(line)!.AsObject();
            foreach (var item in (json["events"] as JsonArray ?? []).OfType<JsonObject>().Append(json))
            {
                Array.ForEach(Varying, name => item.Remove(name));
            }

            return json.ToJsonString();
        })];
    }

    /// <summary>The names of the pictures and clips; clips that kills have cut off are kept beside the whole one.</summary>
    private static string[] Kept(string output)
    {
        string[] folders = [Path.Combine(output, "snapshots"), Path.Combine(output, "clips")];
        return [.. folders.SelectMany(folder => Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
            .Where(path => !Path.GetFileName(path).Contains(".recovered", StringComparison.Ordinal))
            .Select(path => Path.GetRelativePath(output, path)).Order(StringComparer.Ordinal)];
    }

    /// <summary>Each third frame of the sample video, in a small picture: in it road users cross lines, stay and leave.</summary>
    private string RunFile(string output)
    {
        var samples = Path.Combine(Golden.RepositoryRoot(), "samples");
        return _folder.File("run.yaml", $$"""
            model: { config: '{{Path.Combine(samples, "demo.yaml")}}', devices: cpu, set: INPUT.MIN_SIZE_TEST=160 }
            output:
              folder: '{{output}}'
              existing: resume
              events: true
              snapshots: true
              clips: true
              clip_before_s: 1
              clip_after_s: 1
              clip_max_s: 3
            sources:
              - id: street
                input: '{{Path.Combine(samples, "street.mp4")}}'
                stride: 3
                track: bytetrack
                zones:
                  - { name: left, polygon: [[0, 0], [0.5, 0], [0.5, 1], [0, 1]], loitering_s: 1.5, inertia: 2 }
                  - { name: right, polygon: [[0.5, 0], [1, 0], [1, 1], [0.5, 1]], mask: 40 }
                lines:
                  - { name: middle, points: [[0.5, 0], [0.5, 1]] }
                  - { name: near, points: [[0.3, 0], [0.3, 1]], directions: [out, home] }
            """);
    }
}
