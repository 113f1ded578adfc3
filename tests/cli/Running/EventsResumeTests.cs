using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Streaming.Cli.Running;
using Streaming.Config.Run;
using Streaming.Config.Zoo;
using Streaming.Model.Structures;
using Streaming.Pipeline;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;
using Streaming.Stages.Hooks;
using Streaming.Stages.Zones;

namespace Streaming.Cli.Tests.Running;

/// <summary>The events of a batch job that was killed and goes on; the tracker is a formula.</summary>
public sealed class EventsResumeTests : IDisposable
{
    private const int Frames = 60;
    private static readonly Category Person = new(1, "person");

    private readonly TempFolder _folder = new();
    private readonly PixelPool _pool = new();

    public void Dispose()
    {
        Assert.Equal(0, _pool.Live);
        _pool.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(31)]
    [InlineData(59)]
    public async Task Resume_KilledJob_WritesTheEventsOfAnUninterruptedRun(int done)
    {
        await RunAsync("whole", Frames);
        var expected = Lines("whole");
        Assert.Contains(expected, line => line.Contains("zone_left", StringComparison.Ordinal));
        Assert.Contains(expected, line => line.Contains("line_crossed", StringComparison.Ordinal));

        await RunAsync("killed", done);
        // What a kill leaves: the record is without its end, and the events may be torn.
        var record = _folder.File("killed/s.jsonl");
        await File.WriteAllLinesAsync(record, (await File.ReadAllLinesAsync(record))[..^1]);
        await File.AppendAllTextAsync(_folder.File("killed/s.events.jsonl"), "{\"type\":");
        await RunAsync("killed", Frames);
        Assert.Equal(expected, Lines("killed"));
    }

    private string[] Lines(string output)
    {
        return
        [
            .. File.ReadAllLines(_folder.File($"{output}/s.events.jsonl")).Select(line =>
            {
                var json = JsonNode.Parse(line)!.AsObject();
                Assert.True(json.Remove("run_id"));
                return json.ToJsonString();
            }),
        ];
    }

    private async Task RunAsync(string output, int frames)
    {
        var request = new RunFile(Kinds.Settings, _ => null).Parse(
            $$"""
            output: { folder: {{_folder.File(output)}}, events: true, existing: resume }
            sources:
              - id: s
                input: counted
                track: bytetrack
                when_full: wait
                zones: [{ name: middle, polygon: [[0.3, 0], [0.7, 0], [0.7, 1], [0.3, 1]], loitering_s: 0.2 }]
                lines: [{ name: half, points: [[0.5, 0], [0.5, 1]] }]
            """,
            "run.yaml");
        Assert.Empty(request.Errors.Concat(RunChecks.Errors(request)));
        var config = RunConfig.From(request);
        var run = new RunInfo(
            Guid.NewGuid().ToString(), DateTimeOffset.UnixEpoch, "c", "w", null, "fp32", 0.5, false, [Person]);
        using var outputs = new RunOutputs(config, run, TimeProvider.System, NullLogger.Instance);
        var source = config.Sources[0];
        outputs.CreateFolder(config.Sources);
        var earlier = outputs.FindEarlier(config.Sources).Of("s");
        var job = new SourceJob(
            "s",
            (_, _) => new CountedSource(_pool, frames, _ => 4) { First = (int)(earlier?.NextIndex ?? 0) },
            info => outputs.Create(
                info, source, earlier, null, () => throw new InvalidOperationException("no pixels"), false,
                CancellationToken.None))
        {
            Earlier = earlier,
            CreateHooks = info => [new Formula(), .. new SourceHooks(source).Create(info)],
        };
        using var detector = new FakeDetector();
        await using var pipeline = new VideoPipeline([detector], [Person], new PipelineOptions { MaxInFlight = 4 });
        var status = await (await pipeline.AddAsync(job)).Completion;
        Assert.True(status.Counts.End == StreamEnd.Eof, status.Counts.Error);
    }

    /// <summary>Three objects that go to and fro, and are not seen in every frame.</summary>
    private sealed class Formula : IResultHook
    {
        public FrameResult Apply(Frame frame, FrameResult result)
        {
            var i = (int)result.Identity.Index;
            return result with
            {
                Detections =
                [
                    .. Enumerable.Range(1, 3).Where(id => i % (5 + id) != 0).Select(id =>
                    {
                        var x = (float)(2 + (1.9 * Math.Sin(i / (3.0 + (2 * id)))));
                        return new Detection(
                            0, Person, 0.7654321f, new Box(x - 0.123456f, 0.5f, x + 0.123456f, 1.5f), null,
                            new TrackInfo(id, TimeSpan.Zero, 1));
                    }),
                ],
            };
        }

        public void Dispose()
        {
        }
    }
}
