namespace Streaming.Config.Tests;

public sealed class NearestNameTests
{
    [Theory]
    [InlineData("rnu", "run")]
    [InlineData("evalute", "evaluate")]
    [InlineData("RUN", "run")]
    [InlineData("xyz", null)]
    [InlineData("", null)]
    public void Find_Misspelt_IsTheClosest(string name, string? expected)
    {
        Assert.Equal(expected, NearestName.Find(name, ["run", "check", "evaluate", "bench"]));
    }

    [Fact]
    public void Find_AbsurdlyLong_IsNone()
    {
        Assert.Null(NearestName.Find(new string('r', 100_000), ["run"]));
    }
}
