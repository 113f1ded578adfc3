using System.CommandLine;
using Streaming.Cli.Display;
using Streaming.Cli.Running;
using Streaming.Config.Settings;

namespace Streaming.Cli.Commands;

/// <summary>`streaming check`: finds every mistake in a run file without running it.</summary>
internal static class CheckCommand
{
    /// <summary>The command for the command line.</summary>
    public static Command Create(Terminal terminal)
    {
        var file = new Argument<string?>("FILE") { Description = "The run file (.yaml).", Arity = ArgumentArity.ZeroOrOne };
        var schema = new Option<bool>("--schema") { Description = "Print the JSON Schema of run files, for editors." };
        var settings = new Option<bool>("--settings") { Description = "Print all settings as Markdown." };
        var command = new Command("check", "Checks a run file and everything that it names; says all that is wrong.");
        file.Validators.Add(Unmatched.RefuseOptions);
        command.Arguments.Add(file);
        command.Options.Add(schema);
        command.Options.Add(settings);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(schema))
            {
                terminal.Out.Write(SettingsSchema.ToJson(Kinds.Settings));
                return ExitCode.Done;
            }

            if (parsed.GetValue(settings))
            {
                terminal.Out.Write(SettingsDocument.ToMarkdown(Kinds.Settings));
                return ExitCode.Done;
            }

            var path = parsed.GetValue(file) ?? throw new UsageException("check: name a run file, or --schema or --settings.");
            var plan = RunPlan.Of(new RunOptions().ReadFile(path));
            var (model, sources) = (plan.Model, plan.Config.Sources);
            terminal.Out.WriteLine(
                $"{path}: good: {model.Config.Name} with {model.Weights}, {sources.Count} source(s): "
                    + $"{string.Join(", ", sources)}");
            return ExitCode.Done;
        });
        return command;
    }
}
