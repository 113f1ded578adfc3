namespace Streaming.Model.Ops;

/// <summary>
/// The linear assignment problem: pairs the rows of a matrix with its columns, each at most once and as many as possible, at the
/// least total cost. Shortest augmenting paths with dual variables: R. Jonker, A. Volgenant, "A shortest augmenting path
/// algorithm for dense and sparse linear assignment problems", Computing 38 (1987); for rectangular matrices as in D. Crouse,
/// "On implementing 2D rectangular assignment algorithms", IEEE Transactions on Aerospace and Electronic Systems 52 (2016).
/// Takes O(r² c) steps for the shorter side r and the longer side c.
/// </summary>
internal static class LinearAssignment
{
    /// <summary>Finds the pairs of the greatest total score.</summary>
    /// <param name="scores">Finite numbers, row by row.</param>
    /// <param name="rows">Their number.</param>
    /// <param name="columns">Their number.</param>
    /// <returns>The column of each row; -1 for rows that are left over because there are fewer columns.</returns>
    public static int[] Maximise(ReadOnlySpan<double> scores, int rows, int columns)
    {
        var costs = new double[scores.Length];
        for (var i = 0; i < costs.Length; i++)
        {
            costs[i] = -scores[i];
        }

        return Minimise(costs, rows, columns);
    }

    /// <summary>Finds the pairs of the least total cost.</summary>
    /// <param name="costs">Finite numbers, row by row.</param>
    /// <param name="rows">Their number.</param>
    /// <param name="columns">Their number.</param>
    /// <returns>The column of each row; -1 for rows that are left over because there are fewer columns.</returns>
    public static int[] Minimise(ReadOnlySpan<double> costs, int rows, int columns)
    {
        if (costs.Length != (long)rows * columns)
        {
            throw new ArgumentException(
                $"{costs.Length} costs are no matrix of {rows} rows and {columns} columns.", nameof(costs));
        }

        foreach (var cost in costs)
        {
            if (!double.IsFinite(cost))
            {
                throw new ArgumentException($"A cost is {cost}; costs must be finite.", nameof(costs));
            }
        }

        return rows <= columns
            ? new Problem(costs, rows, columns).Solve()
            : Inverse(new Problem(Transposed(costs, rows, columns), columns, rows).Solve(), rows);
    }

    private static double[] Transposed(ReadOnlySpan<double> costs, int rows, int columns)
    {
        var result = new double[costs.Length];
        for (var i = 0; i < costs.Length; i++)
        {
            result[(i % columns * rows) + (i / columns)] = costs[i];
        }

        return result;
    }

    private static int[] Inverse(int[] rowOfColumn, int rows)
    {
        var columnOfRow = new int[rows];
        Array.Fill(columnOfRow, -1);
        for (var column = 0; column < rowOfColumn.Length; column++)
        {
            columnOfRow[rowOfColumn[column]] = column;
        }

        return columnOfRow;
    }

    /// <summary>A matrix with no more rows than columns, and the pairs found so far.</summary>
    private readonly ref struct Problem
    {
        private readonly ReadOnlySpan<double> _costs;
        private readonly int _columns;
        private readonly int[] _columnOf;
        private readonly int[] _rowOf;

        // Dual variables: cost - u - v is 0 for pairs and 0 or more otherwise.
        private readonly double[] _u;
        private readonly double[] _v;

        // The tree of shortest paths from one row: each column's distance, the row before it, and whether it is final.
        private readonly double[] _distance;
        private readonly int[] _before;
        private readonly bool[] _isFinal;

        public Problem(ReadOnlySpan<double> costs, int rows, int columns)
        {
            _costs = costs;
            _columns = columns;
            (_columnOf, _rowOf, _before) = (new int[rows], new int[columns], new int[columns]);
            (_u, _v, _distance, _isFinal) = (new double[rows], new double[columns], new double[columns], new bool[columns]);
            Array.Fill(_columnOf, -1);
            Array.Fill(_rowOf, -1);
        }

        /// <summary>Takes up the rows one by one; each may move the earlier ones to other columns.</summary>
        public int[] Solve()
        {
            for (var row = 0; row < _columnOf.Length; row++)
            {
                Augment(row, ShortestPath(row));
            }

            return _columnOf;
        }

        /// <summary>The nearest free column, by Dijkstra's algorithm over reduced costs; keeps the duals feasible.</summary>
        private int ShortestPath(int start)
        {
            Array.Fill(_distance, double.PositiveInfinity);
            Array.Clear(_isFinal);
            var (row, length, nearest) = (start, 0.0, -1);
            do
            {
                nearest = -1;
                for (var column = 0; column < _columns; column++)
                {
                    if (_isFinal[column])
                    {
                        continue;
                    }

                    var distance = length + (_costs[(row * _columns) + column] - _u[row] - _v[column]);
                    if (distance < _distance[column])
                    {
                        (_distance[column], _before[column]) = (distance, row);
                    }

                    // Among equals a free column ends the search.
                    if (nearest < 0 || _distance[column] < _distance[nearest]
                        || (_distance[column] == _distance[nearest] && _rowOf[column] < 0))
                    {
                        nearest = column;
                    }
                }

                (_isFinal[nearest], length, row) = (true, _distance[nearest], _rowOf[nearest]);
            }
            while (row >= 0);

            _u[start] += length;
            for (var column = 0; column < _columns; column++)
            {
                if (_isFinal[column] && column != nearest)
                {
                    _u[_rowOf[column]] += length - _distance[column];
                    _v[column] -= length - _distance[column];
                }
            }

            return nearest;
        }

        /// <summary>Moves the rows along the path by one column each, so that the first one has one too.</summary>
        private void Augment(int start, int column)
        {
            int row;
            do
            {
                row = _before[column];
                _rowOf[column] = row;
                (_columnOf[row], column) = (column, _columnOf[row]);
            }
            while (row != start);
        }
    }
}
