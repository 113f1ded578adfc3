using System.CommandLine;
using Streaming.Config;
using Streaming.Config.Settings;

namespace Streaming.Cli.Commands;

/// <summary>The flags of settings, as options of a command.</summary>
internal sealed class SettingOptions
{
    private readonly IReadOnlyList<Setting> _settings;
    private readonly IReadOnlyList<(Setting Setting, SettingFlag Flag, Option<IReadOnlyList<string>> Option)> _options;

    /// <param name="settings">The settings; those without a flag are left out.</param>
    public SettingOptions(IEnumerable<Setting> settings)
    {
        _settings = [.. settings];
        _options = [.. _settings.SelectMany(setting => setting.Flags.Select(flag => (setting, flag, OptionOf(setting, flag))))];
    }

    /// <summary>
    /// A command line in which each flag that may stand alone has a word: its usual one, unless a word of its own follows. So
    /// "--track clip.mp4" leaves the file an input.
    /// </summary>
    /// <param name="arguments">As the user typed them; what follows "--" is no flag.</param>
    /// <param name="settings">The settings whose flags there are.</param>
    public static IReadOnlyList<string> Complete(IReadOnlyList<string> arguments, IEnumerable<Setting> settings)
    {
        var alone = settings.SelectMany(setting => setting.Flags, (setting, flag) => (flag.Name, flag.UsualWord, setting.Words))
            .Where(item => item.UsualWord is not null)
            .ToDictionary(item => item.Name, item => (Word: item.UsualWord!, item.Words));
        var completed = new List<string>();
        for (var i = 0; i < arguments.Count; i++)
        {
            completed.Add(arguments[i]);
            if (arguments[i] == "--")
            {
                return [.. completed, .. arguments.Skip(i + 1)];
            }

            if (alone.TryGetValue(arguments[i], out var flag)
                && (i + 1 == arguments.Count || !flag.Words.Contains(arguments[i + 1])))
            {
                completed.Add(flag.Word);
            }
        }

        return completed;
    }

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var (_, _, option) in _options)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What the flags say.</summary>
    public FlagReader Read(ParseResult parsed)
    {
        var reader = new FlagReader();
        foreach (var (setting, flag, option) in _options)
        {
            if (parsed.GetResult(option) is { Implicit: false } given)
            {
                reader.Add(
                    setting, flag, given.IdentifierToken?.Value ?? flag.Name, [.. given.Tokens.Select(token => token.Value)]);
            }
        }

        return reader;
    }

    /// <summary>What environment variables say.</summary>
    public FlagReader ReadVariables()
    {
        var reader = new FlagReader();
        foreach (var setting in _settings)
        {
            if (setting.Variable is { } name && Environment.GetEnvironmentVariable(name) is { Length: > 0 } value)
            {
                reader.AddVariable(setting, name, value);
            }
        }

        return reader;
    }

    /// <summary>What flags and environment variables say, when no file says anything.</summary>
    /// <exception cref="ConfigurationException">With everything that could not be read.</exception>
    public SettingValues ReadAll(ParseResult parsed)
    {
        var (flags, variables) = (Read(parsed), ReadVariables());
        string[] errors = [.. flags.Errors, .. variables.Errors];
        return errors.Length == 0 ? flags.Values.Over(variables.Values) : throw new ConfigurationException(errors);
    }

    private static Option<IReadOnlyList<string>> OptionOf(Setting setting, SettingFlag flag)
    {
        string[] aliases = flag.Alias is { } alias ? [alias] : [];
        var isAlone = flag.Value is not null;
        var word = flag.UsualWord is { } usualWord ? $" {flag.Name} alone: {usualWord}." : "";
        var option = new Option<IReadOnlyList<string>>(flag.Name, aliases)
        {
            Description = flag.Help
                ?? (isAlone || setting.Default is not { } usual ? setting.Help : $"{setting.Help}{word} Default: {usual}."),
            HelpName = isAlone ? flag.Word : setting.Placeholder,
            Required = setting.IsRequired,
            CustomParser = result => [.. result.Tokens.Select(token => token.Value)],
            Arity = isAlone && flag.Word is null ? ArgumentArity.Zero
                : setting.IsList ? ArgumentArity.OneOrMore
                : ArgumentArity.ExactlyOne,
        };
        if (!isAlone)
        {
            option.CompletionSources.Add([.. setting.Words]);
        }

        return option;
    }
}
