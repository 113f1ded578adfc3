using System.CommandLine;
using System.CommandLine.Parsing;
using Streaming.Config;

namespace Streaming.Cli;

/// <summary>Helps with a command line that could not be understood.</summary>
internal static class Unmatched
{
    /// <summary>A misspelt option would otherwise be taken for an input. A file of such a name can be given as ./--name.</summary>
    public static void RefuseOptions(ArgumentResult result)
    {
        foreach (var token in result.Tokens.Where(token => token.Value.StartsWith('-') && token.Value.Length > 1))
        {
            result.AddError($"{token.Value}: there is no such option.");
        }
    }

    /// <summary>The nearest option or command for the first unknown word, and where to find the list.</summary>
    public static string Hint(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        string[] known = [.. command.Options.SelectMany(option => option.Aliases.Append(option.Name)), .. command.Subcommands.Select(sub => sub.Name)];
        var unknown = parsed.UnmatchedTokens.Count > 0
            ? parsed.UnmatchedTokens[0]
            // A word that begins with a dash and is no option was taken for an argument.
            : parsed.Tokens.FirstOrDefault(token => token.Type == TokenType.Argument && token.Value.StartsWith('-'))?.Value;
        var hint = unknown is null ? "" : NearestName.Hint(unknown, known).TrimStart() + " ";
        return $"{hint}See '{Path(parsed.CommandResult)} --help'.";
    }

    private static string Path(CommandResult result)
    {
        return result.Parent is CommandResult parent ? $"{Path(parent)} {result.Command.Name}" : "streaming";
    }
}
