using Streaming.Config.Zoo;

namespace Streaming.Stages.Zones;

/// <summary>Counts by class.</summary>
internal sealed class ClassCounts
{
    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);

    /// <summary>Of all classes.</summary>
    public int Total { get; private set; }

    /// <summary>The counts at this moment, of those classes that have any, by name.</summary>
    public IReadOnlyDictionary<string, int> Snapshot()
    {
        return _counts.ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>Adds to a class.</summary>
    /// <param name="category">The class.</param>
    /// <param name="change">1 or -1.</param>
    public void Add(Category category, int change)
    {
        var count = _counts.GetValueOrDefault(category.Name) + change;
        Total += change;
        if (count == 0)
        {
            _counts.Remove(category.Name);
        }
        else
        {
            _counts[category.Name] = count;
        }
    }
}
