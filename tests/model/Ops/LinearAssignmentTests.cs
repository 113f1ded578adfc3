using Streaming.Model.Ops;

namespace Streaming.Model.Tests.Ops;

/// <summary>The assignment solver against trying everything.</summary>
public sealed class LinearAssignmentTests
{
    [Fact]
    public void Minimise_RandomMatrices_CostsAsLittleAsTheBestOfAll()
    {
        var random = new Random(1);
        for (var round = 0; round < 2000; round++)
        {
            var (rows, columns) = (random.Next(0, 7), random.Next(0, 7));

            // Few different costs in half of the matrices: many optima.
            var isCoarse = round % 2 == 0;
            double[] costs =
            [
                .. Enumerable.Range(0, rows * columns)
                    .Select(_ => isCoarse ? random.Next(-2, 3) : (random.NextDouble() * 20) - 10),
            ];
            var pairs = LinearAssignment.Minimise(costs, rows, columns);
            Assert.Equal(rows, pairs.Length);
            int[] taken = [.. pairs.Where(column => column >= 0)];
            Assert.Equal(Math.Min(rows, columns), taken.Length);
            Assert.Equal(taken.Length, taken.Distinct().Count());
            Assert.All(taken, column => Assert.True(column < columns));
            Assert.Equal(Best(costs, rows, columns, 0, 0), Total(costs, columns, pairs), 1e-9);
            var scores = costs.Select(cost => -cost).ToArray();
            Assert.Equal(pairs, LinearAssignment.Maximise(scores, rows, columns));
        }
    }

    [Fact]
    public void Minimise_NoMatrix_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => LinearAssignment.Minimise(new double[5], 2, 3));
        Assert.Throws<ArgumentException>(() => LinearAssignment.Minimise([1, double.NaN], 1, 2));
        Assert.Throws<ArgumentException>(() => LinearAssignment.Minimise([1, double.PositiveInfinity], 1, 2));
    }

    private static double Total(double[] costs, int columns, int[] pairs)
    {
        return pairs.Select((column, row) => column < 0 ? 0 : costs[(row * columns) + column]).Sum();
    }

    /// <summary>The least total of <paramref name="row"/> and those after it, by trying every column and none.</summary>
    private static double Best(double[] costs, int rows, int columns, int row, int taken)
    {
        if (row == rows)
        {
            return int.PopCount(taken) == Math.Min(rows, columns) ? 0 : double.PositiveInfinity;
        }

        var best = columns < rows ? Best(costs, rows, columns, row + 1, taken) : double.PositiveInfinity;
        for (var column = 0; column < columns; column++)
        {
            if ((taken & (1 << column)) == 0)
            {
                best = Math.Min(
                    best, costs[(row * columns) + column] + Best(costs, rows, columns, row + 1, taken | (1 << column)));
            }
        }

        return best;
    }
}
