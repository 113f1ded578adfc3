using System.CommandLine;
using System.CommandLine.Parsing;
using Streaming.Config;

namespace Streaming.Cli;

/// <summary>Helps with a command line that could not be understood.</summary>
internal static class Unmatched
{
    /// <summary>A misspelt flag would otherwise be taken for an input. A file of such a name can be given as ./--name.</summary>
    public static void RefuseOptions(ArgumentResult result)
    {
        foreach (var token in result.Tokens.Where(token => token.Value.StartsWith('-') && token.Value.Length > 1))
        {
            result.AddError($"{token.Value}: there is no such flag.");
        }
    }

    /// <summary>What is wrong, one sentence each, and where to find the list of what there is.</summary>
    public static IEnumerable<string> Explain(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (command.Subcommands.Count > 0 && parsed.UnmatchedTokens is [var word, ..])
        {
            var (kind, known) = word.StartsWith('-')
                ? ("flag", Flags(command))
                : ("command", command.Subcommands.Select(sub => sub.Name));
            return [$"{word}: there is no such {kind}.{NearestName.Hint(word, known)} {See(parsed)}"];
        }

        var unknown = parsed.UnmatchedTokens.Count > 0
            ? parsed.UnmatchedTokens[0]
            // A word that begins with a dash and is no flag was taken for an argument.
            : parsed.Tokens.FirstOrDefault(token => token.Type == TokenType.Argument && token.Value.StartsWith('-'))?.Value;
        var hint = unknown is null ? "" : NearestName.Hint(unknown, Flags(command));
        return [.. parsed.Errors.Select(error => error.Message), $"{hint} {See(parsed)}".TrimStart()];
    }

    private static IEnumerable<string> Flags(Command command)
    {
        return command.Options.SelectMany(option => option.Aliases.Append(option.Name));
    }

    private static string See(ParseResult parsed)
    {
        return $"See '{Path(parsed.CommandResult)} --help'.";
    }

    private static string Path(CommandResult result)
    {
        return result.Parent is CommandResult parent ? $"{Path(parent)} {result.Command.Name}" : "streaming";
    }
}
