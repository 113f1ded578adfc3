using Streaming.Stages.Track;

namespace Streaming.Stages.Tests.Track;

public sealed class AssignmentTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Solve_SmallRandomProblems_FindsTheOptimumOfAllPairings(bool hasLimit)
    {
        var (random, assignment) = (new Random(7), new Assignment());
        for (var i = 0; i < 2000; i++)
        {
            var (rows, columns) = (random.Next(1, 6), random.Next(1, 6));
            double? limit = hasLimit ? random.NextDouble() : null;
            // Few different costs make ties, many make one optimum.
            var steps = random.Next(2) == 0 ? 4 : 1_000_000;
            double[] costs = [.. Enumerable.Range(0, rows * columns).Select(_ => ((double)random.Next(steps) / steps) - 0.2)];
            costs.CopyTo(assignment.Begin(rows, columns));
            var result = assignment.Solve(limit).ToArray();
            var total = 0.0;
            for (var row = 0; row < rows; row++)
            {
                total += result[row] < 0 ? 0 : costs[(row * columns) + result[row]] - (limit ?? 100);
                Assert.True(result[row] < 0 || result.Count(column => column == result[row]) == 1);
            }

            Assert.Equal(Best(costs, rows, columns, 0, 0, limit ?? 100), total, 1e-9);
        }
    }

    [Fact]
    public void Solve_CostsThatAreNoNumbers_EndsWithoutSuchPairs()
    {
        var assignment = new Assignment();
        double[] costs = [double.NaN, double.PositiveInfinity, 0.5, double.NaN];
        costs.CopyTo(assignment.Begin(2, 2));
        Assert.Equal([-1, 0], assignment.Solve(0.8).ToArray());
    }

    /// <summary>The least sum of costs less the limit over all sets of pairs: 100 makes as many pairs as there can be.</summary>
    private static double Best(double[] costs, int rows, int columns, int row, int taken, double limit)
    {
        if (row == rows)
        {
            return 0;
        }

        var best = Best(costs, rows, columns, row + 1, taken, limit);
        for (var column = 0; column < columns; column++)
        {
            if ((taken >> column & 1) == 0)
            {
                var cost = costs[(row * columns) + column] - limit;
                best = Math.Min(best, cost + Best(costs, rows, columns, row + 1, taken | (1 << column), limit));
            }
        }

        return best;
    }
}
