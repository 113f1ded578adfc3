namespace Streaming.Cli.Tests;

/// <summary>Command lines that cannot be understood: one sentence that helps, exit code 2.</summary>
public sealed class ProgramTests
{
    [Theory]
    [InlineData()]
    [InlineData("weights")]
    public async Task Run_HalfACommand_PrintsHelpAsWrongUse(params string[] arguments)
    {
        // Exit code 2, as for every wrong use: a script that forgot its command must not go on. Help then is no result: stderr.
        var (code, output, error) = await CommandLine.RunAsync(arguments);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("Usage:", error, StringComparison.Ordinal);
        Assert.Contains(arguments.Length == 0 ? "  run <INPUT>" : "  inspect <FILE>", error, StringComparison.Ordinal);
        Assert.DoesNotContain("error:", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("error: rnu: there is no such command. Did you mean 'run'? See 'streaming --help'.\n", "rnu")]
    [InlineData("error: frobnicate: there is no such command. See 'streaming --help'.\n", "frobnicate", "x.mp4")]
    [InlineData("error: --hlep: there is no such flag. Did you mean '--help'? See 'streaming --help'.\n", "--hlep")]
    [InlineData(
        "error: fetsch: there is no such command. Did you mean 'fetch'? See 'streaming weights --help'.\n",
        "weights",
        "fetsch",
        "x")]
    [InlineData(
        "error: --wieghts: there is no such flag.\nerror: Did you mean '--weights'? See 'streaming run --help'.\n",
        "run",
        "a.mp4",
        "--wieghts",
        "b")]
    [InlineData(
        "error: --batch-size abc is not supported; supported: a whole number from 1 to 1024.\n", "bench", "--batch-size", "abc")]
    [InlineData(
        "error: --images 0 is not supported; supported: a whole number from 1 to 1000000.\n", "generate", "x", "--images", "0")]
    public async Task Run_WrongUse_SaysWhatAndSuggests(string expected, params string[] arguments)
    {
        var (code, output, error) = await CommandLine.RunAsync(arguments);
        Assert.Equal((2, "", expected), (code, output, error));
    }

    [Fact]
    public async Task Run_SeveralErrors_SaysThemAll()
    {
        var (code, _, error) = await CommandLine.RunAsync(
            "run", "no.mp4", "--batch-size", "abc", "--precision", "fp17", "--start", "3", "--end", "2");
        Assert.Equal(2, code);
        Assert.Equal(
            [
                "error: --precision fp17 is not supported; supported: fp32, bf16, fp16.",
                "error: --batch-size abc is not supported; supported: a whole number from 1 to 1024.",
                "error: --end 2 is not after --start 3.",
                "error: no.mp4: there is no such file or folder.",
            ],
            error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Help_OfRun_NamesEveryFlagOfTheTable()
    {
        var (code, output, _) = await CommandLine.RunAsync("run", "--help");
        Assert.Equal(0, code);
        Assert.All(Kinds.Settings.All.SelectMany(setting => setting.Flags), flag => Assert.Contains(
            $"{flag.Name} ", output, StringComparison.Ordinal));
    }
}
