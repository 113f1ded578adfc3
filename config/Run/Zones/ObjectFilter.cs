using Streaming.Config.Settings;

namespace Streaming.Config.Run.Zones;

/// <summary>Which objects count.</summary>
internal sealed record ObjectFilter
{
    /// <summary>All objects.</summary>
    public static ObjectFilter All { get; } = new();

    /// <summary>Names of classes; empty for all.</summary>
    public ValueList<string> Classes { get; init; } = ValueList<string>.Empty;

    /// <summary>Least score.</summary>
    /// <value>0 to 1.</value>
    public double Score { get; init; }

    /// <summary>Least scores of single classes, which win over <see cref="Score"/>.</summary>
    public ValueList<NamedNumber> ClassScores { get; init; } = ValueList<NamedNumber>.Empty;

    /// <summary>Whether an object counts.</summary>
    /// <param name="name">The name of its class.</param>
    /// <param name="score">0 to 1.</param>
    public bool Passes(string name, double score)
    {
        return (Classes.Count == 0 || Classes.Contains(name))
            && score >= (ClassScores.FirstOrDefault(item => item.Name == name)?.Number ?? Score);
    }
}
