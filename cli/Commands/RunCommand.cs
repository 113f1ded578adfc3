using System.CommandLine;
using Streaming.Cli.Display;
using Streaming.Cli.Logging;
using Streaming.Cli.Running;
using Streaming.Config.Run;

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
            var request = options.Read(parsed);
            if (request.Values.Get(LogSettings.Format) == LogFormat.Json)
            {
                // From the first word on.
                terminal.Format = LogFormat.Json;
            }

            var plan = RunPlan.Of(request) with { File = options.FileOf(parsed) };
            terminal.Use(request.Values);
            using var native = terminal.IsProcess ? NativeLines.Catch(terminal.For("native"), TimeProvider.System) : null;
            return await new Runner(terminal, TimeProvider.System)
                .RunAsync(plan, text => RunPlan.Of(options.Read(parsed, text))).ConfigureAwait(false);
        });
        return command;
    }
}
