using Streaming.Fuzz;

namespace Streaming.Model.Tests;

/// <summary>A small run of what `dotnet run --project tests/fuzz` does at length.</summary>
public sealed class FuzzTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public static TheoryData<string> Targets => ["pickle", "pth", "old-pth", "safetensors", "yaml", "rle"];

    public void Dispose()
    {
        _temp.Dispose();
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Read_DamagedInputs_RefusesThemWithoutCrashHangOrFlood(string name)
    {
        var data = Path.Combine(Testing.Golden.RepositoryRoot(), "tests", "data");
        var target = FuzzTarget.All(data, _temp.File("scratch")).Single(target => target.Name == name);
        var result = Fuzzer.Run(target, count: 1000, seed: 1);
        Assert.Empty(result.Failures);
        Assert.True(result.Refused > 100, $"{result.Refused} of 1000 were refused");
    }
}
