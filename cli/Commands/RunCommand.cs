using System.CommandLine;
using Microsoft.Extensions.Logging;
using Streaming.Cli.Display;
using Streaming.Cli.Running;

namespace Streaming.Cli.Commands;

/// <summary>`streaming run`: videos, pictures and cameras in, JSON lines and annotated videos out.</summary>
internal static class RunCommand
{
    /// <summary>The command for the command line.</summary>
    public static Command Create(Terminal terminal)
    {
        var options = new RunOptions();
        var command = new Command(
            "run", "Finds objects in videos, pictures and cameras; writes DIR/<name>.jsonl and, with --video, an annotated "
                + "copy.");
        options.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            var plan = RunPlan.Of(options.Read(parsed));
            terminal.MinLevel = plan.Config.Verbose ? LogLevel.Debug : LogLevel.Information;
            return await new Runner(terminal, TimeProvider.System).RunAsync(plan).ConfigureAwait(false);
        });
        return command;
    }
}
