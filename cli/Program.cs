using System.CommandLine;
using Streaming.Cli.Commands;
using Streaming.Cli.Display;
using Streaming.Config;
using Streaming.Model;
using Streaming.Model.Native;
using Streaming.Stages.Decode;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Cli;

/// <summary>The `streaming` command.</summary>
internal static class Program
{
    /// <summary>Makes this program a decoder process; not a command for users.</summary>
    internal const string DecoderVerb = "decoder-process";

    /// <summary>See <see cref="ExitCode"/>.</summary>
    public static Task<int> Main(string[] arguments)
    {
        if (arguments is [DecoderVerb])
        {
            return Task.FromResult(DecoderChild.Run(Kinds.Sources));
        }

        NativeAllocator.Configure();
        return RunAsync(arguments, Terminal.ForProcess());
    }

    /// <summary>Runs a command line and reports every error in a sentence: never a stack trace for a user's mistake.</summary>
    internal static async Task<int> RunAsync(string[] arguments, Terminal terminal)
    {
        var root = new RootCommand("Streams videos and pictures through detectron2's Mask R-CNN R50-FPN, with no Python.")
        {
            RunCommand.Create(terminal),
            ServeCommand.Create(terminal),
            SourcesCommand.Create(terminal),
            CheckCommand.Create(terminal),
            ProbeCommand.Create(terminal),
            BenchCommand.Create(terminal),
            TrainCommand.Create(terminal),
            EvaluateCommand.Create(terminal),
            GenerateCommand.Create(terminal),
            ExportCommand.Create(terminal),
            WeightsCommand.Create(terminal),
            DoctorCommand.Create(terminal),
        };
        arguments = [.. SettingOptions.Complete(arguments, Kinds.Settings.All)];
        var parsed = root.Parse(arguments);
        if (parsed is { CommandResult.Command.Subcommands.Count: > 0, UnmatchedTokens.Count: 0, Errors.Count: > 0 })
        {
            // Only half a command: its help says how to go on. A script that forgot the rest must notice, so it is wrong use.
            await root.Parse([.. arguments, "--help"]).InvokeAsync(new InvocationConfiguration { Output = terminal.ErrorWriter })
                .ConfigureAwait(false);
            return ExitCode.WrongUse;
        }

        if (parsed.Errors.Count > 0)
        {
            return Fail(terminal, ExitCode.WrongUse, Unmatched.Explain(parsed));
        }

        try
        {
            // The default handler would print a stack trace; the output goes where the terminal says.
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
                Output = terminal.Out,
                Error = terminal.ErrorWriter,
            }).ConfigureAwait(false);
        }
        catch (ConfigurationException exception)
        {
            return Fail(terminal, ExitCode.WrongUse, exception.Errors);
        }
        catch (Exception exception) when (exception is UsageException or DecodeException)
        {
            return Fail(terminal, ExitCode.WrongUse, [exception.Message]);
        }
        catch (Exception exception) when (exception is ModelLoadException or EmitException)
        {
            return Fail(terminal, ExitCode.Failed, [exception.Message]);
        }
        catch (OperationCanceledException)
        {
            return Fail(terminal, ExitCode.Cancelled, ["Given up."]);
        }
        catch (Exception exception)
        {
            // Not a user's mistake but ours: here the details are what helps.
            return Fail(
                terminal, ExitCode.Failed, [$"This is a bug of the program; please report it with what follows. {exception}"]);
        }
    }

    private static int Fail(Terminal terminal, int code, IEnumerable<string> messages)
    {
        foreach (var message in messages)
        {
            terminal.Error(message);
        }

        return code;
    }
}
