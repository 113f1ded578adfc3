using System.CommandLine;
using Streaming.Cli.Display;
using Streaming.Config.Settings;
using Streaming.Stages.Export;

namespace Streaming.Cli.Commands;

/// <summary>`streaming export`: the JSON lines of a run in a format that other tools read.</summary>
internal static class ExportCommand
{
    /// <summary>The command for the command line.</summary>
    public static Command Create(Terminal terminal)
    {
        var input = new Argument<string>("DIR")
        {
            Description = "The output folder of a run, or a file of JSON lines (.jsonl).",
        };
        var options = new SettingOptions(ExportSettings.All);
        input.Validators.Add(Unmatched.RefuseOptions);
        var command = new Command(
            "export", "Writes the detections of a run for other tools: COCO, YOLO, MOTChallenge, CSV, Parquet, CVAT.");
        command.Arguments.Add(input);
        options.AddTo(command);
        command.SetAction((parsed, cancellation) =>
            Task.Run(() => Execute(parsed.GetValue(input)!, options.ReadAll(parsed), terminal, cancellation)));
        return command;
    }

    private static int Execute(string input, SettingValues values, Terminal terminal, CancellationToken cancellationToken)
    {
        var format = values.Get(ExportSettings.To);
        var output = values.Find(ExportSettings.Output)
            ?? Path.Combine(Directory.Exists(input) ? input : Path.GetDirectoryName(Path.GetFullPath(input))!, format.Key);
        var wanted = new ExportOptions
        {
            MinScore = values.Get(ExportSettings.MinScore),
            TrackedOnly = values.FindValue(ExportSettings.TrackedOnly),
            Sources = values.Get(ExportSettings.Sources),
            Masks = values.Get(ExportSettings.Masks),
            Overwrite = values.Get(ExportSettings.Overwrite),
        };
        try
        {
            var (frames, detections) = Exporter.Run(
                input, format, output, wanted, message => CliLog.OutputWarning(terminal.Log, message), cancellationToken);
            terminal.Out.WriteLine($"{output}: {frames} frames, {detections} detections");
            return ExitCode.Done;
        }
        catch (ExportUseException exception)
        {
            throw new UsageException(exception.Message);
        }
    }
}
