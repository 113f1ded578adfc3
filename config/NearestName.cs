namespace Streaming.Config;

/// <summary>Finds the known name that a misspelt one probably meant.</summary>
internal static class NearestName
{
    /// <summary>
    /// The closest of <paramref name="known"/> by edit distance, ignoring case, or null when none is close: more than a third of
    /// the letters would have to change. Two neighbours that changed places are one change.
    /// </summary>
    /// <param name="name">The unknown name.</param>
    /// <param name="known">The names to choose from.</param>
    public static string? Find(string name, IEnumerable<string> known)
    {
        string? best = null;
        var bestDistance = int.MaxValue;
        foreach (var candidate in known)
        {
            var distance = Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant());
            if (distance < bestDistance && distance <= Math.Max(1, Math.Max(name.Length, candidate.Length) / 3))
            {
                (best, bestDistance) = (candidate, distance);
            }
        }

        return best;
    }

    /// <summary>" Did you mean 'x'?" when there is a close name, otherwise nothing.</summary>
    /// <param name="name">The unknown name.</param>
    /// <param name="known">The names to choose from.</param>
    public static string Hint(string name, IEnumerable<string> known)
    {
        return Find(name, known) is { } nearest ? $" Did you mean '{nearest}'?" : "";
    }

    /// <summary>
    /// Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment), a row at a time.
    /// </summary>
    private static int Distance(string a, string b)
    {
        // A name of absurd length has no near one, and must not cost quadratic time.
        if (a.Length > 200 || b.Length > 200)
        {
            return int.MaxValue;
        }

        var (before, last, row) = (new int[b.Length + 1], new int[b.Length + 1], Enumerable.Range(0, b.Length + 1).ToArray());
        for (var i = 1; i <= a.Length; i++)
        {
            (before, last, row) = (last, row, before);
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                row[j] = Math.Min(Math.Min(last[j], row[j - 1]) + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
                }
            }
        }

        return row[b.Length];
    }
}
