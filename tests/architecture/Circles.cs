namespace Streaming.Architecture.Tests;

/// <summary>Finds circles in a graph.</summary>
internal static class Circles
{
    /// <summary>The circles, each as one text: sets of nodes that reach each other.</summary>
    /// <param name="uses">For each node the nodes that it uses.</param>
    public static IReadOnlyList<string> Of(IReadOnlyDictionary<string, HashSet<string>> uses)
    {
        var reachable = uses.Keys.ToDictionary(node => node, node => Reachable(node, uses));
        return
        [
            .. uses.Keys.Where(node => reachable[node].Contains(node))
                .Select(node =>
                    string.Join(
                        " <-> ", reachable[node].Where(other => reachable[other].Contains(node)).Order(StringComparer.Ordinal)))
                .Distinct(),
        ];
    }

    private static HashSet<string> Reachable(string start, IReadOnlyDictionary<string, HashSet<string>> uses)
    {
        var found = new HashSet<string>();
        var open = new Stack<string>([start]);
        while (open.TryPop(out var node))
        {
            foreach (var next in uses[node].Where(found.Add))
            {
                open.Push(next);
            }
        }

        return found;
    }
}
