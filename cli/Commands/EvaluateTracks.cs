using System.CommandLine;
using Streaming.Cli.Display;
using Streaming.Training.Evaluation.Tracks;

namespace Streaming.Cli.Commands;

/// <summary>`streaming evaluate --tracks`: its options and what they do.</summary>
internal sealed class EvaluateTracks
{
    /// <summary>What is compared.</summary>
    public Option<string[]> Tracks { get; } = new("--tracks")
    {
        Description = "Instead of ANNOTATIONS: the true tracks and those to compare with them. Both are files (MOTChallenge's "
            + "text, .txt; JSON lines, .jsonl), or folders with files of the same names.",
        HelpName = "TRUTH RESULTS",
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>Where the figures are written.</summary>
    public Option<string?> Report { get; } = new("--report")
    {
        Description = "With --tracks: also write all figures, as JSON.",
        HelpName = "FILE",
    };

    /// <summary>Compares tracks, if that is asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="annotations">What was given as ANNOTATIONS.</param>
    /// <param name="others">Options that do not go with --tracks.</param>
    /// <param name="asJson">Whether JSON is printed.</param>
    /// <param name="terminal">Gets the figures.</param>
    /// <exception cref="UsageException">Options that do not go together, or a wrong file.</exception>
    public bool TryExecute(
        ParseResult parsed, string? annotations, IEnumerable<Option> others, bool asJson, Terminal terminal)
    {
        var report = parsed.GetValue(Report);
        if (parsed.GetValue(Tracks) is not { Length: > 0 } tracks)
        {
            return report is null ? false : throw new UsageException("--report: goes with --tracks.");
        }

        if (others.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } other)
        {
            throw new UsageException($"{other.Name}: goes with ANNOTATIONS, not with --tracks.");
        }

        string[] given = annotations is null ? tracks : [.. tracks, annotations];
        if (given.Length != 2 || annotations is not null)
        {
            throw new UsageException(
                "--tracks: takes two files or two folders, the truth and the results, and no ANNOTATIONS; given: "
                + $"{string.Join(' ', given)}.");
        }

        try
        {
            var figures = TrackReport.Of(tracks[0], tracks[1]);
            if (report is not null)
            {
                figures.Write(report);
            }

            figures.Show(terminal, asJson);
            return true;
        }
        catch (TrackFileException exception)
        {
            throw new UsageException(exception.Message);
        }
    }
}
