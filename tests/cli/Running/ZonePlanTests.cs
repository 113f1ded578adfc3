using Streaming.Cli.Running;
using Streaming.Config;
using Streaming.Config.Run;

namespace Streaming.Cli.Tests.Running;

/// <summary>What is wrong with zones is said before a run starts.</summary>
public sealed class ZonePlanTests : IDisposable
{
    private const string Square = "polygon: [[0, 0], [1, 0], [1, 1], [0, 1]]";
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Theory]
    [InlineData("classes: [persn]", "classes: ['persn']: the model has no class 'persn'; it has person, ")]
    [InlineData("classes: [persn]", " and 70 others. Did you mean 'person'?")]
    [InlineData(
        "schedule: [{ days: mon }]",
        "schedule: a list of 1: is for cameras: a file does not say what time of day it shows.")]
    public void Of_WrongZone_NamesItsPlaceInTheFile(string text, string expected)
    {
        var error = Assert.Throws<ConfigurationException>(() => Plan(_folder.File("clip.mp4"), text)).Message;
        Assert.StartsWith("run.yaml:4: sources[0].zones[0].", error, StringComparison.Ordinal);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_ScheduleOfACamera_IsGood()
    {
        var plan = Plan("rtsp://cam/1", "schedule: [{ days: mon }], classes: [person]");
        Assert.Single(Assert.Single(plan.Config.Sources).Zones);
    }

    private RunPlan Plan(string input, string text)
    {
        File.WriteAllText(_folder.File("clip.mp4"), "");
        return RunPlan.Of(new RunFile(Kinds.Settings, _ => null).Parse(
            $$"""
            model: { weights: "synthetic:1" }
            sources:
            - { input: "{{input}}", track: bytetrack,
                zones: [{ name: a, {{Square}}, {{text}} }] }
            """,
            "run.yaml"));
    }
}
