using Streaming.Cli.Display;

namespace Streaming.Cli.Tests;

/// <summary>Runs the command in this process.</summary>
internal static class CommandLine
{
    public static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await Program.RunAsync(arguments, Terminal.ForTest(output, error));
        return (code, output.ToString(), error.ToString());
    }
}
