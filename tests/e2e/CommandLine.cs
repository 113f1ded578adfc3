using System.Diagnostics;
using Streaming.Cli.Display;

[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Streaming.EndToEnd.Tests;

/// <summary>Runs the command, in this process or in one of its own.</summary>
internal static class CommandLine
{
    /// <summary>The program as it was built with these tests.</summary>
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "streaming.dll");

    /// <summary>Runs in this process: fast, and the code is the same.</summary>
    public static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await Cli.Program.RunAsync(arguments, Terminal.ForTest(output, error));
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>Starts a process; <paramref name="wrapper"/> goes in front, for example to change the user.</summary>
    public static Process Start(string[] wrapper, params string[] arguments)
    {
        var dotnet = Environment.ProcessPath is { } path && Path.GetFileName(path) == "dotnet" ? path : "dotnet";
        // Tests that run under nohup, or in a shell's background, ignore signals, and hand that on.
        string[] words = ["env", "--default-signal=INT,QUIT,HUP", .. wrapper, dotnet, Program, .. arguments];
        var start = new ProcessStartInfo(words[0], words[1..]) { RedirectStandardError = true, RedirectStandardOutput = true };
        return Process.Start(start)!;
    }

    /// <summary>Runs in a process of its own.</summary>
    public static async Task<(int Code, string Error)> RunProcessAsync(string[] wrapper, params string[] arguments)
    {
        using var process = Start(wrapper, arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await output;
        await process.WaitForExitAsync();
        return (process.ExitCode, error);
    }
}
