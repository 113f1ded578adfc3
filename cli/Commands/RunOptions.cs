using System.CommandLine;
using Streaming.Config.Run;

namespace Streaming.Cli.Commands;

/// <summary>The inputs and flags of `run`: each can stand in a run file too, and wins over what stands there.</summary>
internal sealed class RunOptions
{
    private readonly SettingOptions _options = new(Kinds.Settings.All);

    private readonly Argument<string[]> _inputs = new("INPUT")
    {
        Description = "Video files, pictures, folders of either, addresses of cameras (rtsp://camera.lan/path), usb:0, "
            + "synthetic:1280x720@30; or one run file (.yaml).",
        Arity = ArgumentArity.OneOrMore,
    };

    /// <summary>Adds the argument and the options to a command.</summary>
    public void AddTo(Command command)
    {
        _inputs.Validators.Add(Unmatched.RefuseOptions);
        command.Arguments.Add(_inputs);
        _options.AddTo(command);
    }

    /// <summary>What the user wants, out of the run file if there is one, and the flags.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="text">Takes the place of what stands in the run file; null reads it.</param>
    public RunRequest Read(ParseResult parsed, string? text = null)
    {
        var inputs = parsed.GetValue(_inputs)!;
        if (inputs.Length > 1 && inputs.FirstOrDefault(RunFile.IsRunFile) is { } file)
        {
            throw new UsageException($"{file}: a run file stands alone: put the other inputs into it, under 'sources'.");
        }

        var flags = _options.Read(parsed);
        var request = text is null ? Read(inputs) : Parse(text, inputs[0]);
        return request.Under(flags.Values, flags.Errors);
    }

    /// <summary>The run file among the inputs; null when there is none.</summary>
    public string? FileOf(ParseResult parsed)
    {
        return parsed.GetValue(_inputs) is [var input] && RunFile.IsRunFile(input) ? input : null;
    }

    /// <summary>What a run file asks for when there are no flags.</summary>
    public RunRequest ReadFile(string path)
    {
        var request = new RunFile(Kinds.Settings, Environment.GetEnvironmentVariable).Read(path);
        return WithVariables(request);
    }

    /// <summary>What a text in the place of a run file asks for when there are no flags.</summary>
    public RunRequest Parse(string text, string path)
    {
        return WithVariables(new RunFile(Kinds.Settings, Environment.GetEnvironmentVariable).Parse(text, path));
    }

    private RunRequest Read(string[] inputs)
    {
        return RunFile.IsRunFile(inputs[0]) ? ReadFile(inputs[0]) : WithVariables(RunRequest.Of(inputs));
    }

    private RunRequest WithVariables(RunRequest request)
    {
        var variables = _options.ReadVariables();
        return new RunRequest(
            request.Values.Over(variables.Values),
            [.. request.Sources.Select(source => source.Over(variables.Values))],
            [.. request.Errors, .. variables.Errors]);
    }
}
