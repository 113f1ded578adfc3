namespace Streaming.Architecture.Tests;

/// <summary>The tests above would see a circle.</summary>
public sealed class CirclesTests
{
    [Fact]
    public void Of_ChainAndFork_FindsNone()
    {
        Assert.Empty(Circles.Of(Graph("a b c", "b c", "c")));
    }

    [Fact]
    public void Of_CircleOfThree_NamesTheThree()
    {
        Assert.Equal(["b <-> c <-> d"], Circles.Of(Graph("a b", "b c", "c d e", "d b", "e")));
    }

    private static Dictionary<string, HashSet<string>> Graph(params string[] lines)
    {
        return lines.Select(line => line.Split(' ')).ToDictionary(words => words[0], words => words[1..].ToHashSet());
    }
}
