using System.CommandLine;
using Streaming.Cli.Commands;
using Streaming.Cli.Display;
using Streaming.Config;
using Streaming.Model;
using Streaming.Model.Native;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Cli;

/// <summary>The `streaming` command.</summary>
internal static class Program
{
    /// <summary>0: done; 1: work failed; 2: wrong use; 130: stopped by the user.</summary>
    public static Task<int> Main(string[] arguments)
    {
        NativeAllocator.Configure();
        return RunAsync(arguments, Terminal.ForProcess());
    }

    /// <summary>Runs a command line and reports every error in a sentence: never a stack trace for a user's mistake.</summary>
    internal static async Task<int> RunAsync(string[] arguments, Terminal terminal)
    {
        var root = new RootCommand("Streams videos and pictures through detectron2's Mask R-CNN R50-FPN, with no Python.")
        {
            RunCommand.Create(terminal),
            CheckCommand.Create(terminal),
            ProbeCommand.Create(terminal),
            BenchCommand.Create(terminal),
            TrainCommand.Create(terminal),
            EvaluateCommand.Create(terminal),
            GenerateCommand.Create(terminal),
            WeightsCommand.Create(terminal),
            DoctorCommand.Create(terminal),
        };
        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                terminal.Error(error.Message);
            }

            terminal.Error(Unmatched.Hint(parsed));
            return ExitCode.WrongUse;
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
        catch (Exception exception) when (exception is UsageException or ConfigurationException or DecodeException)
        {
            terminal.Error(exception.Message);
            return ExitCode.WrongUse;
        }
        catch (Exception exception) when (exception is ModelLoadException or EmitException)
        {
            terminal.Error(exception.Message);
            return ExitCode.Failed;
        }
        catch (OperationCanceledException)
        {
            terminal.Error("Given up.");
            return ExitCode.Cancelled;
        }
        catch (Exception exception)
        {
            // Not a user's mistake but ours: here the details are what helps.
            terminal.Error($"This is a bug of the program; please report it with what follows. {exception}");
            return ExitCode.Failed;
        }
    }
}

/// <summary>What the exit codes mean.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int WrongUse = 2;

    /// <summary>What shells use for a program that Ctrl-C ended.</summary>
    public const int Cancelled = 130;
}
