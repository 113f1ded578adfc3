using Streaming.Config.Run.Zones;
using Streaming.Config.Settings;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Tests.Zones;

/// <summary>A run that goes on tells what an uninterrupted one tells.</summary>
public sealed class ZoneRecallTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(20, Traits = ["Category", "Slow"])]
    public void Recall_CutAnywhere_GoesOnWithEqualEvents(int seeds)
    {
        var visits = 0;
        for (var seed = 0; seed < seeds; seed++)
        {
            var scene = new RandomScene(seed, 6);
            var config = scene.Config with
            {
                Zones = new ValueList<ZoneConfig>(scene.Config.Zones.Select(zone => zone with
                {
                    Loitering = TimeSpan.FromSeconds(0.5),
                    MinDwell = TimeSpan.FromSeconds(0.2),
                })),
            };
            var whole = new Watched(config, RandomScene.Memory);
            foreach (var result in scene.Run().Results)
            {
                whole.See(result with { Events = [] });
            }

            var recorded = whole.Results.Select(Watched.Recorded).ToArray();
            var expected = recorded.Select(Told).ToArray();
            visits += expected.Count(text => text.Contains("ZoneLeft", StringComparison.Ordinal));
            for (var cut = 0; cut < recorded.Length; cut += 1 + (seed % 7))
            {
                var resumed = new Watched(config, RandomScene.Memory);
                foreach (var result in recorded.Take(cut))
                {
                    resumed.Recall(result);
                }

                foreach (var result in whole.Results.Skip(cut))
                {
                    resumed.See(result with { Events = [] });
                }

                Assert.Equal(expected.Skip(cut), resumed.Results.Select(Told));
            }
        }

        Assert.True(visits > seeds, $"{visits} visits");
    }

    [Fact]
    public void Recorded_EventsOfEveryKind_AreReadBackAsTheyWere()
    {
        var result = new Watched(Watched.Config(Watched.Zone("yard", 100, 200) with { Inertia = 1 }));
        result.See(150);
        var frame = result.Results[0];
        Assert.Equal(3, frame.Events.Count);
        Assert.Equal(Told(frame), Told(Watched.Recorded(frame)));
    }

    /// <summary>All that a frame tells, with every value.</summary>
    private static string Told(FrameResult result)
    {
        return string.Join('\n', result.Events.Select(item =>
            $"{item with { Counts = null, Events = [] }} {string.Join(',', item.Counts ?? new Dictionary<string, int>())}"));
    }
}
