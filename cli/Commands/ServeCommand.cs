using System.CommandLine;
using Streaming.Cli.Display;
using Streaming.Cli.Logging;
using Streaming.Cli.Running;
using Streaming.Stages.Gst;

namespace Streaming.Cli.Commands;

/// <summary>`streaming serve`: cameras with a live page and an API, until somebody stops it.</summary>
internal static class ServeCommand
{
    /// <summary>The command for the command line.</summary>
    public static Command Create(Terminal terminal)
    {
        var options = new ServeOptions();
        var command = new Command(
            "serve", "Runs cameras as a service: a live page and an API show them, add, change and remove them.");
        options.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            var plan = RunPlan.Of(options.Read(parsed)) with { File = options.FileOf(parsed), IsService = true };
            terminal.Use(plan.Config.Values);
            if (!ServeOptions.HasClips)
            {
                CliLog.OutputWarning(
                    terminal.For("output"), $"no clips are recorded without an H.264 encoder: {GStreamer.EncoderAdvice}");
            }

            using var native = terminal.IsProcess ? NativeLines.Catch(terminal.For("native"), TimeProvider.System) : null;
            return await new Runner(terminal, TimeProvider.System)
                .RunAsync(plan, text => RunPlan.Of(options.Read(parsed, text)) with { IsService = true }).ConfigureAwait(false);
        });
        return command;
    }
}
