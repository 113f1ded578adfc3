using System.CommandLine;
using Streaming.Config.Run;
using Streaming.Config.Settings;
using Streaming.Stages.Emit;

namespace Streaming.Cli.Commands;

/// <summary>The run file and flags of `serve`: those of `run`, over what a service usually wants.</summary>
internal sealed class ServeOptions
{
    /// <summary>The run file when the user names none.</summary>
    private const string UsualFile = "streaming.yaml";

    /// <summary>
    /// What a service usually wants; a run file and flags win over it. Results are kept for a while, and never fill the disk.
    /// </summary>
    private static string Usual => $$"""
        http: { listen: "{{HttpSettings.UsualListen}}" }
        output:
          existing: resume
          events: true
          snapshots: true
          clips: {{(HasClips ? "true" : "false")}}
          segment_s: 3600
          keep_days: 7
          keep_free_gb: 2
          event_keep_days: 30
          event_keep_free_gb: 1
        """;

    /// <summary>Whether this machine can record clips of whatever a camera sends.</summary>
    public static bool HasClips => H264Encoder.Name is not null;

    private readonly SettingOptions _options = new(Kinds.Settings.All);

    private readonly Argument<string> _file = new("FILE")
    {
        Description = "The run file (.yaml). The page and the API write what they change into it; it may be missing at first.",
        DefaultValueFactory = _ => UsualFile,
    };

    /// <summary>Adds the argument and the options to a command.</summary>
    public void AddTo(Command command)
    {
        _file.Validators.Add(Unmatched.RefuseOptions);
        command.Arguments.Add(_file);
        _options.AddTo(command);
    }

    /// <summary>The run file.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public string FileOf(ParseResult parsed)
    {
        var path = parsed.GetValue(_file)!;
        return RunFile.IsRunFile(path) ? path : throw new UsageException(
            $"{path}: 'serve' takes a run file (.yaml) that lists the sources; 'streaming run {path} --http "
            + $"{HttpSettings.UsualListen}' shows a single source.");
    }

    /// <summary>What the user wants.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="text">Takes the place of what stands in the run file; null reads it.</param>
    public RunRequest Read(ParseResult parsed, string? text = null)
    {
        var path = FileOf(parsed);
        text ??= File.Exists(path) ? File.ReadAllText(path) : "";
        var file = new RunFile(Kinds.Settings, Environment.GetEnvironmentVariable) { MayBeEmpty = true };
        var (usual, said) = (file.Parse(Usual, "serve").Values, file.Parse(text, path));
        var (variables, flags) = (_options.ReadVariables(), _options.Read(parsed));
        var upper = flags.Values.Over(said.Values).Over(variables.Values);
        var track = SettingValues.None.With(SourceSettings.Track, TrackerKind.ByteTrack);
        return new RunRequest(
            upper.Over(usual),
            [.. said.Sources.Select(source => flags.Values.Over(source).Over(variables.Values).Over(track))],
            [.. flags.Errors, .. said.Errors, .. variables.Errors]);
    }
}
