namespace Streaming.Stages.Track;

/// <summary>
/// The linear assignment problem: pairs rows with columns at the least total cost, by shortest augmenting paths (Jonker and
/// Volgenant, "A shortest augmenting path algorithm for dense and sparse linear assignment problems", 1987), in double, for any
/// number of rows and columns. Keeps its memory from one problem to the next.
/// </summary>
/// <remarks>
/// The limit is that of the package lap: a row and a column that stay free cost as much as a pair at the limit. lap extends the
/// matrix to n + m rows and columns, filled with half the limit. Capping each cost at the limit, and parting the pairs that reach
/// it, has the same optimum in a matrix of the first size: a capped pair costs what its two free halves would.
/// </remarks>
internal sealed class Assignment
{
    /// <summary>Stands for costs that are no numbers; far above all real ones.</summary>
    private const double Far = 1e6;

    private double[] _costs = [], _transposed = [];
    private double[] _rowPrice = [], _columnPrice = [], _distance = [];
    private int[] _columnOf = [], _rowOf = [], _from = [], _result = [];
    private bool[] _isDone = [];
    private int _rows, _columns;

    /// <summary>Begins a problem.</summary>
    /// <returns>The costs, row by row, to be filled.</returns>
    public Span<double> Begin(int rows, int columns)
    {
        (_rows, _columns) = (rows, columns);
        Grow(ref _costs, rows * columns);
        return _costs.AsSpan(0, rows * columns);
    }

    /// <summary>Solves the problem; its costs are changed.</summary>
    /// <param name="limit">Pairs cost less than it; null pairs as many as there are.</param>
    /// <returns>For each row its column, or -1; valid until the next call.</returns>
    public ReadOnlySpan<int> Solve(double? limit)
    {
        Grow(ref _result, _rows);
        var result = _result.AsSpan(0, _rows);
        result.Fill(-1);
        if (_rows == 0 || _columns == 0)
        {
            return result;
        }

        Cap(limit ?? Far);
        if (_rows <= _columns)
        {
            Pair(_costs, _rows, _columns);
            _columnOf.AsSpan(0, _rows).CopyTo(result);
        }
        else
        {
            Pair(Transposed(), _columns, _rows);
            for (var column = 0; column < _columns; column++)
            {
                result[_columnOf[column]] = column;
            }
        }

        for (var row = 0; limit is { } most && row < _rows; row++)
        {
            result[row] = result[row] >= 0 && _costs[(row * _columns) + result[row]] < most ? result[row] : -1;
        }

        return result;
    }

    private static void Grow<T>(ref T[] array, int length)
    {
        if (array.Length < length)
        {
            array = new T[Math.Max(length, array.Length * 2)];
        }
    }

    private void Cap(double limit)
    {
        var costs = _costs.AsSpan(0, _rows * _columns);
        for (var i = 0; i < costs.Length; i++)
        {
            // Written so that NaN is capped too.
            costs[i] = costs[i] < limit ? costs[i] : limit;
        }
    }

    /// <summary>With rows and columns changed, so that the inner loop runs along memory.</summary>
    private double[] Transposed()
    {
        Grow(ref _transposed, _rows * _columns);
        for (var row = 0; row < _rows; row++)
        {
            for (var column = 0; column < _columns; column++)
            {
                _transposed[(column * _rows) + row] = _costs[(row * _columns) + column];
            }
        }

        return _transposed;
    }

    /// <summary>Pairs each of n rows with one of m columns, n at most m.</summary>
    private void Pair(double[] costs, int n, int m)
    {
        Grow(ref _rowPrice, n);
        Grow(ref _columnOf, n);
        Grow(ref _columnPrice, m);
        Grow(ref _rowOf, m);
        Grow(ref _from, m);
        Grow(ref _distance, m);
        Grow(ref _isDone, m);
        _columnPrice.AsSpan(0, m).Clear();
        _rowOf.AsSpan(0, m).Fill(-1);

        // Row reduction: each row takes its cheapest column while nobody has it.
        for (var row = 0; row < n; row++)
        {
            var cost = costs.AsSpan(row * m, m);
            var best = 0;
            for (var column = 1; column < cost.Length; column++)
            {
                best = cost[column] < cost[best] ? column : best;
            }

            _rowPrice[row] = cost[best];
            _columnOf[row] = _rowOf[best] < 0 ? best : -1;
            _rowOf[best] = _rowOf[best] < 0 ? row : _rowOf[best];
        }

        for (var row = 0; row < n; row++)
        {
            if (_columnOf[row] < 0)
            {
                Augment(costs, m, row);
            }
        }
    }

    /// <summary>
    /// The shortest path, by Dijkstra over reduced costs, from a free row to a free column; then all on it change partners.
    /// </summary>
    private void Augment(double[] costs, int m, int start)
    {
        var isDone = _isDone.AsSpan(0, m);
        var distance = _distance.AsSpan(0, m);
        var rowOf = _rowOf.AsSpan(0, m);
        var prices = _columnPrice.AsSpan(0, m);
        var from = _from.AsSpan(0, m);
        isDone.Clear();
        distance.Fill(double.PositiveInfinity);
        var (row, reached, end) = (start, 0.0, -1);
        while (end < 0)
        {
            var cost = costs.AsSpan(row * m, m);
            var offset = reached - _rowPrice[row];
            var (next, nearest) = (-1, double.PositiveInfinity);
            for (var column = 0; column < cost.Length; column++)
            {
                if (isDone[column])
                {
                    continue;
                }

                var through = offset + cost[column] - prices[column];
                if (through < distance[column])
                {
                    (distance[column], from[column]) = (through, row);
                }

                // Among equally near ones a free column ends the search.
                if (distance[column] < nearest || (distance[column] == nearest && rowOf[column] < 0))
                {
                    (next, nearest) = (column, distance[column]);
                }
            }

            (reached, isDone[next]) = (nearest, true);
            (row, end) = (rowOf[next], rowOf[next] < 0 ? next : -1);
        }

        _rowPrice[start] += reached;
        for (var column = 0; column < m; column++)
        {
            if (isDone[column] && column != end)
            {
                _rowPrice[rowOf[column]] += reached - distance[column];
                prices[column] -= reached - distance[column];
            }
        }

        for (var column = end; column >= 0;)
        {
            var owner = from[column];
            rowOf[column] = owner;
            (column, _columnOf[owner]) = (owner == start ? -1 : _columnOf[owner], column);
        }
    }
}
