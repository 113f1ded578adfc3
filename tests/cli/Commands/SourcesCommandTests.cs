using Streaming.Cli.Tests.Running;

namespace Streaming.Cli.Tests.Commands;

/// <summary>`streaming sources` against a run.</summary>
public sealed class SourcesCommandTests
{
    private static readonly string[] Two =
        ["sources:", "  - { id: a, input: usb:1 }", "  - { id: b, input: usb:2, paused: true }"];

    [Fact]
    public async Task List_ShowsATable()
    {
        await using var run = new ControlledRun(Two);
        await using var host = await run.ServeAsync();
        var (code, output, error) = await CommandLine.RunAsync("sources", "list", "--server", host.Address);
        Assert.Equal((0, ""), (code, error));
        var lines = output.TrimEnd().Split(Environment.NewLine);
        Assert.Matches("^source  state +frames/s  newest +objects  frames +dropped  failed  location  last error$", lines[0]);
        Assert.Matches("^a +(opening|running) ", lines[1]);
        Assert.Matches("^b +paused .* usb:2$", lines[2]);
        (code, output, _) = await CommandLine.RunAsync("sources", "list", "--json", "--server", host.Address);
        Assert.Equal(0, code);
        Assert.StartsWith("{\"etag\":\"", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changes_ReachTheRunFile()
    {
        await using var run = new ControlledRun(Two);
        await using var host = await run.ServeAsync();
        string[] server = ["--server", host.Address];
        Assert.Equal(
            (0, $"c: added{Environment.NewLine}", ""),
            await CommandLine.RunAsync(
                ["sources", "add", "usb:3", "--id", "c", "--set", "max_fps=5", "--set", "isolation=none", .. server]));
        Assert.Equal((0, "", ""), await CommandLine.RunAsync(["sources", "pause", "c", .. server]));
        Assert.Equal((0, "", ""), await CommandLine.RunAsync(["sources", "resume", "b", .. server]));
        Assert.Equal((0, "", ""), await CommandLine.RunAsync(["sources", "remove", "a", .. server]));
        Assert.Equal(
            "sources:\n  - { id: b, input: usb:2 }\n"
                + "  - { id: c, input: \"usb:3\", max_fps: 5, isolation: none, paused: true }\n",
            run.SourcesText);
    }

    [Fact]
    public async Task Refusals_AreSentences()
    {
        await using var run = new ControlledRun(Two);
        await using var host = await run.ServeAsync();
        string[] server = ["--server", host.Address];
        Assert.Equal(
            (1, "", "error: z: there is no such source.\n"), await CommandLine.RunAsync(["sources", "remove", "z", .. server]));
        Assert.Equal(
            (1, "", "error: a: there is a source of that name already; choose another one.\n"),
            await CommandLine.RunAsync(["sources", "add", "usb:3", "--id", "a", .. server]));
        var (code, _, error) = await CommandLine.RunAsync(
            ["sources", "add", "usb:3", "--set", "strides=2", "--set", "max_fps=-1", .. server]);
        Assert.Equal((1, 2), (code, error.Split('\n').Length - 1));
        Assert.Contains("Did you mean 'stride'?", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_ThatWantsAToken_IsToldIt()
    {
        await using var run = new ControlledRun(Two);
        await using var host = await run.ServeAsync("t");
        string[] list = ["sources", "list", "--server", host.Address];
        Assert.Equal(
            (1, "", $"error: {host.Address}: wants a token: add --token or set STREAMING_HTTP_TOKEN.\n"),
            await CommandLine.RunAsync(list));
        Assert.Equal(0, (await CommandLine.RunAsync([.. list, "--token", "t"])).Code);
    }

    [Theory]
    [InlineData("ftp://x", 2, "--server: write the server's address")]
    [InlineData("http://joe:s3cr3t@x", 2, "--server: write the server's address")]
    [InlineData("http://127.0.0.1:1", 1, "http://127.0.0.1:1: cannot be reached: ")]
    public async Task Server_ThatCannotBeAsked_IsNamed(string server, int expected, string message)
    {
        var (code, output, error) = await CommandLine.RunAsync("sources", "list", "--server", server);
        Assert.Equal((expected, ""), (code, output));
        Assert.StartsWith($"error: {message}", error, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }
}
