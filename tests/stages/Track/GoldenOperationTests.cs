using System.Text.Json;
using Streaming.Config.Run;
using Streaming.Stages.Track;

namespace Streaming.Stages.Tests.Track;

/// <summary>The parts of the trackers against the public references: filters, overlaps, assignments.</summary>
public sealed class GoldenOperationTests
{
    public static TheoryData<string> ByteTrackFilters => GoldenTracking.Cases("op_kalman_bytetrack*.json.gz");

    public static TheoryData<string> OcSortFilters => GoldenTracking.Cases("op_kalman_ocsort*.json.gz");

    public static TheoryData<string> Assignments => GoldenTracking.Cases("op_assignment*.json.gz");

    public static TheoryData<string> Overlaps => GoldenTracking.Cases("op_iou*.json.gz");

    [Theory]
    [MemberData(nameof(ByteTrackFilters))]
    public void HeightFilter_Operations_EqualTheReference(string name)
    {
        foreach (var operation in Operations(name))
        {
            var filter = default(HeightFilter);
            foreach (var step in operation.EnumerateArray())
            {
                var z = step.TryGetProperty("measurement", out var measurement) ? measurement.Numbers() : [];
                switch (step.GetProperty("op").GetString())
                {
                    case "initiate":
                        filter = HeightFilter.Start(z[0], z[1], z[2], z[3]);
                        break;
                    case "predict":
                        filter.Predict(step.GetProperty("tracked").GetBoolean());
                        break;
                    case "update":
                        filter.Update(z[0], z[1], z[2], z[3]);
                        break;
                    case var other:
                        Assert.Fail($"unknown operation {other}");
                        break;
                }

                CheckState([filter.X, filter.Y, filter.Aspect, filter.Height], 4, step.GetProperty("mean"), step.GetProperty(
                    "covariance"));
            }
        }
    }

    [Theory]
    [MemberData(nameof(OcSortFilters))]
    public void OcSortObject_Operations_EqualTheReference(string name)
    {
        foreach (var sequence in GoldenTracking.Read(name).GetProperty("sequences").EnumerateArray())
        {
            OcSortObject? track = null;
            foreach (var step in sequence.GetProperty("ops").EnumerateArray())
            {
                var operation = step.GetProperty("op").GetString();
                Observation? seen = step.TryGetProperty("box", out var box) && box.ValueKind == JsonValueKind.Array
                    ? new Observation(box.Box(), box[4].GetDouble(), 0) : null;
                if (operation == "create")
                {
                    track = new OcSortObject(1, seen!.Value, TimeSpan.Zero, sequence.GetProperty("delta_t").GetInt32());
                }
                else if (operation == "predict")
                {
                    track!.Predict(1, isLook: true);
                    CheckNumbers(step.GetProperty("predicted_box"), Corners(track.Box));
                }
                else if (seen is { } known)
                {
                    track!.Take(known, 0, TimeSpan.Zero);
                }
                else
                {
                    track!.Miss();
                }

                var filter = track!.Filter;
                CheckState([filter.X, filter.Y, filter.Area, filter.Ratio], 3, step.GetProperty("x"), step.GetProperty("P"));
                Assert.Equal(step.GetProperty("age").GetInt64(), track.Age);
                Assert.Equal(step.GetProperty("hits").GetInt32() + 1, track.Hits);
                Assert.Equal(step.GetProperty("hit_streak").GetInt32(), track.Streak);
                Assert.Equal(step.GetProperty("time_since_update").GetInt32(), track.Unseen);
                var direction = step.GetProperty("velocity");
                var velocity = direction.ValueKind == JsonValueKind.Array ? direction.Numbers() : [0, 0];
                Assert.Equal(velocity[0], track.Direction.Y, 1e-9);
                Assert.Equal(velocity[1], track.Direction.X, 1e-9);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Assignments))]
    public void Assignment_Problems_HaveTheReferencesPairs(string name)
    {
        var assignment = new Assignment();
        foreach (var problem in GoldenTracking.Read(name).GetProperty("problems").EnumerateArray())
        {
            var (rows, columns) = (problem.GetProperty("rows").GetInt32(), problem.GetProperty("columns").GetInt32());
            double[] costs = [.. problem.GetProperty("cost").EnumerateArray().SelectMany(row => row.Numbers())];
            double? limit = problem.GetProperty("cost_limit") is { ValueKind: JsonValueKind.Number } number
                ? number.GetDouble() : null;
            costs.CopyTo(assignment.Begin(rows, columns));
            var result = assignment.Solve(limit).ToArray();
            (int Row, int Column)[] pairs =
                [.. result.Select((column, row) => (row, column)).Where(pair => pair.column >= 0)];
            Assert.Equal(pairs.Length, pairs.Select(pair => pair.Column).Distinct().Count());
            var total = pairs.Sum(pair => costs[(pair.Row * columns) + pair.Column])
                + (limit / 2 * (rows + columns - (2 * pairs.Length)) ?? 0);
            Assert.Equal(problem.GetProperty("total").GetDouble(), total, 1e-9);
            if (problem.GetProperty("unique").GetBoolean())
            {
                var expected = problem.GetProperty("pairs").EnumerateArray()
                    .Select(pair => (pair[0].GetInt32(), pair[1].GetInt32()));
                Assert.Equal(expected.Order(), pairs);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Overlaps))]
    public void Overlap_Boxes_EqualTheReference(string name)
    {
        var checks = new Dictionary<string, int>();
        foreach (var set in GoldenTracking.Read(name).GetProperty("sets").EnumerateArray())
        {
            TrackBox[] a = [.. set.GetProperty("a").EnumerateArray().Select(box => box.Box())];
            TrackBox[] b = [.. set.GetProperty("b").EnumerateArray().Select(box => box.Box())];
            Check("bytetrack", (one, other) => Overlap.InclusiveIoU(one, other));
            Check("ocsort_iou", (one, other) => Overlap.Of(BoxMeasure.IoU, one, other));
            Check("ocsort_giou", (one, other) => Overlap.Of(BoxMeasure.GIoU, one, other));
            Check("ocsort_diou", (one, other) => Overlap.Of(BoxMeasure.DIoU, one, other));
            Check("ocsort_ciou", (one, other) => Overlap.Of(BoxMeasure.CIoU, one, other));

            void Check(string matrix, Func<TrackBox, TrackBox, double> measure)
            {
                // Some sets have boxes that a measure of the reference does not take.
                checks.TryAdd(matrix, 0);
                if (!set.TryGetProperty(matrix, out var rows))
                {
                    return;
                }

                checks[matrix]++;
                double[] expected = [.. rows.EnumerateArray().SelectMany(row => row.Numbers())];
                double[] values = [.. a.SelectMany(one => b.Select(other => measure(one, other)))];
                Assert.Equal(expected.Length, values.Length);
                Assert.All(expected.Zip(values), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
            }
        }

        Assert.True(checks.Count == 5 && checks.Values.All(count => count > 0), string.Join(' ', checks));
    }

    private static IEnumerable<JsonElement> Operations(string name)
    {
        return GoldenTracking.Read(name).GetProperty("sequences").EnumerateArray().Select(item => item.GetProperty("ops"));
    }

    private static double[] Corners(TrackBox box)
    {
        return [box.X0, box.Y0, box.X1, box.Y1];
    }

    /// <summary>Compares the whole state and covariance: what the filters leave out is 0 in the reference.</summary>
    private static void CheckState(AxisFilter[] axes, int velocities, JsonElement mean, JsonElement covariance)
    {
        CheckNumbers(mean, [.. axes.Select(axis => axis.Position), .. axes.Take(velocities).Select(axis => axis.Velocity)]);
        var size = 4 + velocities;
        var matrix = new double[size * size];
        for (var i = 0; i < 4; i++)
        {
            matrix[(i * size) + i] = axes[i].PositionVariance;
            if (i < velocities)
            {
                matrix[(i * size) + i + 4] = matrix[((i + 4) * size) + i] = axes[i].Covariance;
                matrix[((i + 4) * size) + i + 4] = axes[i].VelocityVariance;
            }
        }

        double[] expected = [.. covariance.EnumerateArray().SelectMany(row => row.Numbers())];
        CheckNumbers(expected, matrix);
    }

    private static void CheckNumbers(JsonElement expected, double[] values)
    {
        CheckNumbers(expected.Numbers(), values);
    }

    private static void CheckNumbers(double[] expected, double[] values)
    {
        var tolerance = 1e-9 * expected.Max(Math.Abs);
        Assert.Equal(expected.Length, values.Length);
        Assert.All(expected.Zip(values), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }
}
