using System.CommandLine;
using Streaming.Cli.Display;
using Streaming.Cli.Doctor;
using Streaming.Model.Native;

namespace Streaming.Cli.Commands;

/// <summary>`streaming doctor`: what this machine has, what is missing and how to get it.</summary>
internal static class DoctorCommand
{
    /// <summary>The command for the command line.</summary>
    public static Command Create(Terminal terminal)
    {
        var libtorch = new Option<string?>("--libtorch")
        {
            Description = $"Folder of an existing libtorch (also {LibTorch.FolderVariable}).",
            HelpName = "DIR",
        };
        var command = new Command("doctor", "Shows what this machine has, what is missing and how to get it.") { libtorch };
        command.SetAction(parsed =>
        {
            var findings = DoctorChecks.Run(parsed.GetValue(libtorch));
            foreach (var finding in findings)
            {
                var mark = finding.Kind switch
                {
                    FindingKind.Good => "ok     ",
                    FindingKind.Optional => "missing",
                    _ => "PROBLEM",
                };
                terminal.Out.WriteLine($"{mark}  {finding.Name,-12}{finding.Text}");
            }

            return findings.Any(finding => finding.Kind == FindingKind.Problem) ? ExitCode.Failed : ExitCode.Done;
        });
        return command;
    }
}
