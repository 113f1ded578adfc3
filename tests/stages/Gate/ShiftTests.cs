using Streaming.Model.Structures;
using Streaming.Stages.Gate;

namespace Streaming.Stages.Tests.Gate;

/// <summary>A picture of a few hard edges, drawn at any place between the cells.</summary>
public sealed class ShiftTests
{
    private static readonly ImageSize Size = new(40, 60);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.2, -0.1)]
    [InlineData(-0.3, 0.3)]
    public void Subtract_CameraTrembles_LeavesNothing(float right, float down)
    {
        var (before, difference) = (Draw(0, 0, null), Difference(right, down, null));
        Shift.Estimate(before, difference, Size).Subtract(before, difference, Size);
        Assert.All(difference, left => Assert.InRange(left, 0, 8));
    }

    [Fact]
    public void Subtract_SomethingMovesMeanwhile_LeavesIt()
    {
        var (before, difference) = (Draw(0, 0, null), Difference(0.2f, 0.2f, 40));
        Shift.Estimate(before, difference, Size).Subtract(before, difference, Size);
        Assert.All(Enumerable.Range(41, 3), x => Assert.InRange(difference[(20 * Size.Width) + x], 30, 255));
    }

    [Fact]
    public void Estimate_NoEdges_IsNone()
    {
        var flat = new float[Size.Height * Size.Width];
        Assert.Equal(new Shift(0, 0), Shift.Estimate(flat, Draw(0, 0, null), Size));
    }

    private static float[] Difference(float right, float down, int? thing)
    {
        var (before, now) = (Draw(0, 0, null), Draw(right, down, thing));
        return [.. now.Select((shade, i) => shade - before[i])];
    }

    /// <summary>A house whose edges lie inside of cells, and a thing of 5x5 cells.</summary>
    private static float[] Draw(float right, float down, int? thing)
    {
        var picture = new float[Size.Height * Size.Width];
        for (var i = 0; i < picture.Length; i++)
        {
            var (y, x) = Math.DivRem(i, Size.Width);
            var house = Cover(x, 10.4f + right, 30.7f + right) * Cover(y, 8.3f + down, 25.5f + down);
            var isThing = x >= thing && x < thing + 5 && y is >= 18 and < 23;
            picture[i] = 80 + (90 * house) + (isThing ? 50 : 0);
        }

        return picture;
    }

    /// <summary>How much of a cell lies between two edges.</summary>
    private static float Cover(int cell, float from, float to)
    {
        return Math.Clamp(Math.Min(cell + 1, to) - Math.Max(cell, from), 0, 1);
    }
}
