using Streaming.Stages.Frames;

namespace Streaming.Stages.Tests.Zones;

/// <summary>
/// Counts against an analytic ground truth, over seeded paths. Where what was seen has one answer, every count is right and the
/// time inside is exact to the pause between two sightings. The other paths are named, counted, and few.
/// </summary>
public sealed class CountingTests(ITestOutputHelper output)
{
    private const int PathsOfAScene = 10;

    private static readonly string[] Ambiguities =
    [
        "is seen less than twice",
        "is not seen for longer than the tracker's memory",
        "grazes the line within its hysteresis",
        "passes an end of the line closer than the way between two sightings",
        "is seen on the border",
        "is inside for less than the inertia",
        "is outside for less than the inertia",
    ];

    [Theory]
    [InlineData(500)]
    [InlineData(10_000, Traits = ["Category", "Slow"])]
    public void Counts_OfRandomPaths_AreThoseOfTheGroundTruth(int paths)
    {
        var ambiguous = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var (crossings, visits, clearLines, clearZones) = (0, 0, 0, 0);
        for (var seed = 0; seed < paths / PathsOfAScene; seed++)
        {
            var scene = new RandomScene(seed, PathsOfAScene);
            var events = scene.Run().Events;
            foreach (var path in scene.Paths)
            {
                var told = events.Where(item => item.TrackId == path.Id).ToArray();
                var truth = new GroundTruth(scene, path);
                var where = $"seed {seed}, path {path.Id}";
                if (truth.Crossings(out var expected) is { } reason)
                {
                    ambiguous[reason] = ambiguous.GetValueOrDefault(reason) + 1;
                }
                else
                {
                    clearLines++;
                    crossings += expected.Length;
                    Check(where, expected, told);
                }

                if (truth.Visits(out var stays) is { } why)
                {
                    ambiguous[why] = ambiguous.GetValueOrDefault(why) + 1;
                }
                else
                {
                    clearZones++;
                    visits += stays.Length;
                    Check(where, stays, told);
                }
            }
        }

        output.WriteLine($"{clearLines} paths with {crossings} crossings, {clearZones} paths with {visits} visits are clear");
        foreach (var (reason, count) in ambiguous)
        {
            output.WriteLine($"{count} times ambiguous: a path {reason}");
        }

        Assert.Subset(Ambiguities.ToHashSet(), ambiguous.Keys.ToHashSet());
        Assert.True(clearLines > paths * 0.6 && clearZones > paths * 0.5, $"{clearLines} and {clearZones} of {paths}");
        Assert.True(crossings > paths * 0.3 && visits > paths * 0.2, $"{crossings} crossings, {visits} visits");
    }

    private static void Check(string where, bool[] expected, ObjectEvent[] told)
    {
        var crossings = told.Where(item => item.Kind == ObjectEventKind.LineCrossed).Select(item => item.Direction).ToArray();
        Assert.True(
            expected.Select(isForward => isForward ? "in" : "out").SequenceEqual(crossings),
            $"{where}: crossings {string.Join(' ', crossings)} instead of {string.Join(' ', expected)}");
    }

    private static void Check(string where, (double Start, double End, double Tolerance)[] expected, ObjectEvent[] told)
    {
        var entered = told.Where(item => item.Kind == ObjectEventKind.ZoneEntered).ToArray();
        var left = told.Where(item => item.Kind == ObjectEventKind.ZoneLeft).ToArray();
        Assert.True(
            (expected.Length, expected.Length) == (entered.Length, left.Length),
            $"{where}: {entered.Length} entered and {left.Length} left instead of {expected.Length}");
        for (var i = 0; i < expected.Length; i++)
        {
            var (start, end, tolerance) = expected[i];
            var error = (left[i].Dwell!.Value / Watched.Frame) - (end - start);
            Assert.True(Math.Abs(error) <= tolerance + 1e-6, $"{where}: inside {error} frames too long; allowed {tolerance}");
            Assert.Equal(left[i].Dwell, left[i].Pts - entered[i].Pts);
        }
    }
}
